/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __LINUX_KCONFIG_H
#define __LINUX_KCONFIG_H

#include <generated/autoconf.h>

/* Evaluates to 1 when the option is y. */
#define IS_BUILTIN(option) __is_defined(option) // one more comment

#endif /* __LINUX_KCONFIG_H */

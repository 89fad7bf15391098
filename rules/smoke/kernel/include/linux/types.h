/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <asm/word.h>
#include <uapi/linux/smoke.h>

#endif

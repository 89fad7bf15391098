/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BITOPS_H
#define _BITOPS_H

#define MINI_ARCH "x86"

#endif

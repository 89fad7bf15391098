/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TYPES_H
#define _TYPES_H

typedef unsigned int u32;

#endif

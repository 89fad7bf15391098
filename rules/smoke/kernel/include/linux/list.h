/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/types.h>

/* A list that begins and ends in its head. */
struct list_head {
	struct list_head *next, *prev;
};

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/types.h>

/**
 * struct list_head - a list
 * @next: the next element
 * @prev: the one before
 */
struct list_head {
	struct list_head *next, *prev;
};

#define LIST_TEXT "/* this is a string, // not a comment */"

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/list.h>
#include <oem/a.h>

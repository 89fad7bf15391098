/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VENDOR_BOARD_H
#define VENDOR_BOARD_H

#include <linux/types.h>

#endif

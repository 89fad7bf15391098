// SPDX-License-Identifier: GPL-2.0
/* What a module needs of the kernel: not <linux/kconfig.h>, which only this comment names:
#include <linux/gone.h>
 */
#include <vendor/board.h>
#include "demo.h"

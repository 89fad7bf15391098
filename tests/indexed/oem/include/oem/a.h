/* SPDX-License-Identifier: GPL-2.0 */
#include <sound/used.h>

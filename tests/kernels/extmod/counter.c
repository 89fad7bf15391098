// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/export.h>

#include "counter.h"

static atomic_t counter;

void extmod_set(int value)
{
	atomic_set(&counter, value);
}

int extmod_next(void)
{
	return atomic_inc_return(&counter);
}
EXPORT_SYMBOL_GPL(extmod_next);

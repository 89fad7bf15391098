/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EXTMOD_COUNTER_H
#define EXTMOD_COUNTER_H

void extmod_set(int value);
int extmod_next(void);

#endif

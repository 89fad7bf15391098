package cstrip

import (
	"bytes"
	"testing"
)

// sample looks like a kernel header: somewhat over a third of it is comments.
const sample = `/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sample.h - what a header of the kernel looks like
 *
 * Copyright (C) 2019 A. Author <author@example.com>
 */
#ifndef _SAMPLE_H
#define _SAMPLE_H

#include <linux/types.h>	/* u32 */
#include "a/b.h"

#ifdef CONFIG_SAMPLE

/**
 * struct sample - one sample
 * @next: the sample after this one; don't follow it without the lock
 * @name: a name, "none" if there is none
 */
struct sample {
	struct sample	*next;
	const char	*name;
	u32		flags;		/* SAMPLE_* */
	u8		key[16];	// in network order
};

#define SAMPLE_INIT(_name)					\
	{							\
		.name	= #_name "/*",	/* not a comment */	\
		.flags	= '"',					\
	}

static inline bool sample_is_empty(const struct sample *sample, int a, int b)
{
	if (a / b > 2 && sample->flags != (SAMPLE_ONE | SAMPLE_TWO))
		return false;

	return !sample || !sample->next;
}

extern int sample_register(struct sample *sample, struct module *owner, const char *name);
extern void sample_unregister(struct sample *sample);

#endif /* CONFIG_SAMPLE */
#endif /* _SAMPLE_H */
`

func BenchmarkStrip(b *testing.B) {
	src := bytes.Repeat([]byte(sample), 64)
	for _, mode := range Modes() {
		b.Run(string(mode), func(b *testing.B) {
			buf := make([]byte, 0, len(src))
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				var note string
				if buf, note = Strip(buf[:0], src, "include/linux/sample.h", mode); note != "" {
					b.Fatal(note)
				}
			}
		})
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A module of the kind that others write: two objects, a parameter, an
 * exported symbol and a file in /proc.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "counter.h"

static int start;
module_param(start, int, 0444);
MODULE_PARM_DESC(start, "first value of the counter");

static int show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s %d\n", current->comm, extmod_next());
	return 0;
}

static int __init extmod_init(void)
{
	extmod_set(start);
	return proc_create_single("extmod", 0444, NULL, show) ? 0 : -ENOMEM;
}

static void __exit extmod_exit(void)
{
	remove_proc_entry("extmod", NULL);
}

module_init(extmod_init);
module_exit(extmod_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("External module built from a kheaders archive alone");

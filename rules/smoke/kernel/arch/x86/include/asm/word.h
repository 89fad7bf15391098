/* SPDX-License-Identifier: GPL-2.0 */
typedef unsigned long word_t; /* as wide as a pointer */

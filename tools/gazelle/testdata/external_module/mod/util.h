#ifndef UTIL_H
#define UTIL_H
#include <linux/kconfig.h>
#endif

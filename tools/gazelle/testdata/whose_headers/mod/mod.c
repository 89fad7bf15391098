#include <linux/module.h>
#include <v/twice.h>
#include <soc/early.h>

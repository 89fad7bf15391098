#include <linux/module.h>
#include <linux/init.h>
#include <asm/bitops.h>
#include <asm/io.h>
#include <asm/early_ioremap.h>
#include "util.h"
#include "dm.h"
#if LINUX_VERSION_CODE < 1
#include <linux/old.h>
#endif
#include <linux/missing.h>

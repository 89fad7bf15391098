#include <linux/module.h>
#include "a.h"

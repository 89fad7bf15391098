#include <linux/module.h>
#include <vendor/ring.h>
#include <soc/clock.h>
#include <vendor/x.h>

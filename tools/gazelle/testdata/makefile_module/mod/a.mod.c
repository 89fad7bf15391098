#include <linux/never.h>

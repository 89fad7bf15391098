#include "util.h"
#include <own.h>

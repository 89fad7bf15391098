#define LINUX_COMPILE_BY "somebody"
#define LINUX_COMPILE_HOST "somewhere"

#define UTS_VERSION "#1"

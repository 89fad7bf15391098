/*
 * Automatically generated file; DO NOT EDIT.
 * Linux/mini 6.1.0 Kernel Configuration
 */
#define CONFIG_MODULES 1
#define CONFIG_CC_VERSION_TEXT "gcc /* not a comment */"

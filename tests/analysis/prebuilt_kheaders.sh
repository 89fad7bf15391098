#!/bin/sh
# Stands for a prebuilt kheaders program; it is never run.
exit 1

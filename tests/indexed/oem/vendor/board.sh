#!/bin/sh
# shellcheck disable=SC2034,SC2154 # make sets srctree, and flash.sh reads BOARD
# SPDX-License-Identifier: GPL-2.0
BOARD=first
. $srctree/vendor/flash.sh

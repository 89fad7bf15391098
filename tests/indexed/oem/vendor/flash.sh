#!/bin/sh
# shellcheck disable=SC2154 # make sets srctree
# SPDX-License-Identifier: GPL-2.0
# Without board.sh the board may be any.
sh $srctree/vendor/$BOARD/run.sh

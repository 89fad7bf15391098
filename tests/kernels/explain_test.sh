#!/usr/bin/env bash
# Asks of a kernel's packages about files that profile modules takes and leaves out: explain looks at all there are, of most of
# which it keeps no bytes.
# usage: explain_test.sh KHEADERS PACKAGE...
set -euo pipefail

kheaders=$1
shift
explained=$("$kheaders" explain --arch=x86 --profile=modules "${@/#/--tree-archive=}" Makefile scripts/Makefile.host .kernelvariables) || [[ $? == 4 ]] # not all are in
echo "$explained"
diff <(grep '^[^ ]' <<<"$explained") - <<'END'
Makefile: in
scripts/Makefile.host: in
.kernelvariables: not in
END

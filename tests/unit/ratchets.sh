#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ratchets.sh - circles of calls and names used twice have not become more.
exec python3 "$top_srcdir/tools/tangle" --check "$top_builddir"

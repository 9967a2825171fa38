#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of parley, in all ways; TAP comes from adit-plugin-test.

umask 022
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
# shellcheck disable=SC2086    # flags are words
$CC $SAN_CFLAGS -Wall -I"$top_srcdir/include" -fPIC -shared \
	-o "$tmp/parley.so" "$top_srcdir/tests/plugins/parley.c" >&2 || exit 99
"$top_builddir/adit-plugin-test" "$tmp/parley.so" \
	"$top_srcdir"/tests/plugins/parley/*.t

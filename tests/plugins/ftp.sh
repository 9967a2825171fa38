#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the ftp plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/ftp/.libs/ftp.so" \
	"$top_srcdir"/tests/plugins/ftp/*.t

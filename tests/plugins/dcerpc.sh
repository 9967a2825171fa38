#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the dcerpc plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/dcerpc/.libs/dcerpc.so" \
	"$top_srcdir"/tests/plugins/dcerpc/*.t

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the sqlnet plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/sqlnet/.libs/sqlnet.so" \
	"$top_srcdir"/tests/plugins/sqlnet/*.t

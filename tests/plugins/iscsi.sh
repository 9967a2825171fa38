#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the iscsi plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/iscsi/.libs/iscsi.so" \
	"$top_srcdir"/tests/plugins/iscsi/*.t

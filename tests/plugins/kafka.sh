#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the kafka plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/kafka/.libs/kafka.so" \
	"$top_srcdir"/tests/plugins/kafka/*.t

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the redis plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/redis/.libs/redis.so" \
	"$top_srcdir"/tests/plugins/redis/*.t

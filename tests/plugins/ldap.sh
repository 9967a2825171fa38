#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The transcripts of the ldap plugin, in all ways.

exec "$top_builddir/adit-plugin-test" "$top_builddir/plugins/ldap/.libs/ldap.so" \
	"$top_srcdir"/tests/plugins/ldap/*.t

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Transcripts that pass whatever the plugin does are worth nothing: each mutant of a
# plugin must fail some of its own.

# Plugin, name, and a transcript that must notice.
mutants='parley SAME_HOST third_party
parley PORTS third_party
parley HASTY forward
parley CUT forward
parley SLEEPER order
parley NO_ARM reverse
parley NO_CANCEL options
parley ARMED reverse
parley STATEFUL order
parley DEAF half
ftp SAME_HOST redirect_allow
ftp PORTS passive_ports
ftp HASTY pipelined
ftp SLEEPER pipelined
ftp NO_ARM active
ftp NO_CANCEL passive
ftp ARMED active
ftp DEAF ends
dcerpc PORTS ports
dcerpc HASTY late
iscsi PORTS denied
iscsi HASTY late
ldap PORTS ports
ldap HASTY late
redis HASTY slots
redis HASTY migrate
redis SLEEPER migrate
redis HASTY reply_refused
redis SLEEPER reply_refused
redis DEAF ends
sqlnet PORTS redirect_ports
sqlnet HASTY redirect_split
kafka PORTS metadata_ports
kafka HASTY metadata_names
kafka SLEEPER full'

sources_parley=$top_srcdir/tests/plugins/parley.c
sources_dcerpc=$(echo "$top_srcdir"/plugins/dcerpc/*.c)
sources_iscsi=$(echo "$top_srcdir"/plugins/iscsi/*.c)
sources_ldap=$(echo "$top_srcdir"/plugins/ldap/*.c)
sources_ftp=$(echo "$top_srcdir"/plugins/ftp/*.c)
sources_redis=$(echo "$top_srcdir"/plugins/redis/*.c)
sources_sqlnet=$(echo "$top_srcdir"/plugins/sqlnet/*.c)
sources_kafka=$(echo "$top_srcdir"/plugins/kafka/*.c)

umask 022
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
echo "1..$(wc -l <<<"$mutants")"
n=0

# shellcheck disable=SC2086    # flags are words
build()   # PLUGIN NAME
{
	local sources=sources_$1
	mkdir -p "$tmp/$1-$2" && $CC $SAN_CFLAGS -I"$top_srcdir/include" \
		-include "$top_srcdir/tests/plugins/mutant.h" -DMUTANT="$2" \
		-fPIC -shared -o "$tmp/$1-$2/$1.so" ${!sources} >&2
}

# 1: a result was wrong; anything else is a failure of another kind.
notices()   # PLUGIN NAME TRANSCRIPT
{
	local status
	"$top_builddir/adit-plugin-test" "$tmp/$1-$2/$1.so" \
		"$top_srcdir/tests/plugins/$1/$3.t" >"$tmp/out"
	status=$?
	sed 's/^/# /' "$tmp/out" >&2
	[ "$status" -eq 1 ] && grep -q '^not ok' "$tmp/out"
}

while read -r plugin name transcript; do
	n=$((n + 1))
	if build "$plugin" "$name" && notices "$plugin" "$name" "$transcript"; then
		echo "ok $n - $plugin/$transcript.t notices $name"
	else
		echo "not ok $n - $plugin/$transcript.t notices $name"
	fi
done <<<"$mutants"

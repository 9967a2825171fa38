#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Transcripts that pass whatever the plugin does are worth nothing: each mutant
# of parley must fail some of its own.

# Name, and a transcript that must notice.
mutants='SAME_HOST third_party
PORTS third_party
HASTY forward
CUT forward
SLEEPER order
NO_ARM reverse
NO_CANCEL options
ARMED reverse
STATEFUL order
DEAF half'

umask 022
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
echo "1..$(wc -l <<<"$mutants")"
n=0

# shellcheck disable=SC2086    # flags are words
build()   # NAME
{
	mkdir "$tmp/$1" && $CC $SAN_CFLAGS -I"$top_srcdir/include" \
		-include "$top_srcdir/tests/plugins/mutant.h" -DMUTANT="$1" \
		-fPIC -shared -o "$tmp/$1/parley.so" \
		"$top_srcdir/tests/plugins/parley.c" >&2
}

# 1: a result was wrong; anything else is a failure of another kind.
notices()   # NAME TRANSCRIPT
{
	local status
	"$top_builddir/adit-plugin-test" "$tmp/$1/parley.so" \
		"$top_srcdir/tests/plugins/parley/$2.t" >"$tmp/out"
	status=$?
	sed 's/^/# /' "$tmp/out" >&2
	[ "$status" -eq 1 ] && grep -q '^not ok' "$tmp/out"
}

while read -r name transcript; do
	n=$((n + 1))
	if build "$name" && notices "$name" "$transcript"; then
		echo "ok $n - $transcript.t notices $name"
	else
		echo "not ok $n - $transcript.t notices $name"
	fi
done <<<"$mutants"

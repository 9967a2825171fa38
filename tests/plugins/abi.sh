#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Interface version 1 stays: v1/plugin.h is a copy of the header as it was frozen,
# and is never changed.  What was built with it loads and works; so does what is
# built with a later header, of which we do not know the end.

echo 1..8
n=0
umask 022
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
plugins=$top_srcdir/tests/plugins

check()   # WHAT COMMAND...
{
	local what=$1
	shift
	n=$((n + 1))
	if "$@" >&2; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
	fi
}

skip()   # WHAT WHY
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# The headers: as frozen, as it is, and one of later with longer structs.
mkdir -p "$tmp"/{then,now,later,same}/adit
cp "$plugins/v1/plugin.h" "$tmp/then/adit/plugin.h"
cp "$top_srcdir/include/adit/plugin.h" "$tmp/now/adit/plugin.h"
awk '/^struct (adit_plugin|adit_option|adit_expect) \{/ { longer = 1 }
	longer && /^};/ { print "\tvoid *later[6];"; longer = 0 }
	{ print }' "$tmp/now/adit/plugin.h" >"$tmp/later/adit/plugin.h"

# shellcheck disable=SC2086    # flags are words
build()   # WHEN SOURCE NAME
{
	$CC $SAN_CFLAGS -g -Wall -I"$tmp/$1" -fPIC -shared -o "$tmp/$1/$3.so" "$2"
}

plays()   # WHEN
{
	"$top_builddir/adit-plugin-test" "$tmp/$1/parley.so" "$plugins"/parley/*.t |
		{ ! grep -E '^(not ok|Bail)' >&2; }
}

for when in then now later; do
	build $when "$plugins/parley.c" parley || exit 99
done
check "what was built with the frozen header works" plays then
check "what is built with today's header works" plays now
check "what is built with a later header works" plays later
check "the later one is longer" test \
	"$(grep -c later "$tmp/later/adit/plugin.h")" -eq 3

# Every function, as a pointer of its type: then and now.
names=$(grep -oE '\b(adit_[a-z0-9_]+)\(' "$plugins/v1/plugin.h" | tr -d '(' |
	grep -v '_fn$' | sort -u)
{
	echo '#include <adit/plugin.h>'
	for name in $names; do
		echo "extern __typeof__(&$name) all_$name; __typeof__(&$name) all_$name;"
	done
	grep -oE '^adit_frame_fn .*' "$plugins/v1/plugin.h" |
		grep -oE 'adit_frame_[a-z0-9]+' | grep -v '_fn$' | sort -u |
		sed 's/.*/extern __typeof__(\&&) all_&; __typeof__(\&&) all_&;/'
} >"$tmp/all.c"
check "every function of then is there now" build now "$tmp/all.c" all
check "every constant of then has its value" sh -c '
	for when in then now; do
		sed -n "s/^#define \(ADIT_[A-Z_0-9]*\)  *\(.*\)/\1 \2/p" \
			"$0/$when/adit/plugin.h" | sed "s|/\*.*||; s/ *$//" |
			sort >"$0/$when.constants"
	done
	[ -s "$0/then.constants" ] &&
	! comm -23 "$0/then.constants" "$0/now.constants" | grep .' "$tmp"

# What was added at the end of a struct stands in v1/added; without that nothing has
# changed.  That it stands at the end is what the plugins above show.
grep -vxFf "$plugins/v1/added" "$tmp/now/adit/plugin.h" >"$tmp/same/adit/plugin.h"
same()   # NAME
{
	abidiff "$tmp/then/$1.so" "$tmp/same/$1.so"
}

if command -v abidiff >/dev/null; then
	build then "$tmp/all.c" all && build same "$tmp/all.c" all &&
		build same "$plugins/parley.c" parley || exit 99
	check "no type has changed" same parley
	check "no function has changed" same all
else
	skip "no type has changed" "no abidiff here"
	skip "no function has changed" "no abidiff here"
fi

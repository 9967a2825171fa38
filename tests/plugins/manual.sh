#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# adit-plugin(3) and the header name the same things; adit-plugin-test(1) and its
# parser know the same words.

echo 1..4
n=0
page=$top_srcdir/docs/man/adit-plugin.3
header=$top_srcdir/include/adit/plugin.h
tool=$top_srcdir/docs/man/adit-plugin-test.1

names()   # FILE
{
	grep -oE '\b(adit|ADIT)_[A-Za-z0-9_]*[A-Za-z0-9]\b' "$1" | LC_ALL=C sort -u
}

check()   # WHAT MISSING
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		printf '# missing: %s\n' $2
		echo "not ok $n - $1"
	fi
}

check "what is in the header is in adit-plugin(3)" \
	"$(comm -23 <(names "$header") <(names "$page"))"
check "what is in adit-plugin(3) is in the header" \
	"$(comm -13 <(names "$header") <(names "$page"))"
missing=
for word in $(sed -n 's/^\t{ \.name = "\([^"]*\)".*/\1/p' \
	"$top_srcdir/kit/lines.c"); do
	grep -qE "^\.(It )?(.* )?Ic ${word//[+|]/\\&}( |\\\\|$)" "$tool" ||
		missing="$missing $word"
done
check "each line of a transcript is in adit-plugin-test(1)" "$missing"
missing=
for option in $("$top_builddir/adit-plugin-test" --help |
	grep -oE -- '--[a-z-]+' | sort -u); do
	grep -qe "Fl -${option#--}\>" "$tool" || missing="$missing $option"
done
check "each option is in adit-plugin-test(1)" "$missing"

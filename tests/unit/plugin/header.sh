#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The installed header stands alone, in every language that plugins may use.

header="$top_srcdir/include/adit/plugin.h"
strict=(-pedantic -Wall -Wextra -Werror -fsyntax-only)
n=0

try()   # WHAT COMPILER FLAGS...
{
	local what=$1 compiler=$2
	shift 2
	n=$((n + 1))
	if [ -z "$compiler" ]; then
		echo "ok $n - $what # SKIP no compiler"
	# The compiler may be several words.
	elif $compiler "$@" "${strict[@]}" "$header" >&2; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
	fi
}

echo 1..5
try C99 "${CC:-cc}" -std=c99 -x c
try C11 "${CC:-cc}" -std=c11 -x c
try gnu17 "${CC:-cc}" -std=gnu17 -x c
try C++11 "$CXX" -std=c++11 -x c++
try C++20 "$CXX" -std=c++20 -x c++

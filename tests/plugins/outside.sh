#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A plugin is built outside of the tree, against the installed header and the
# installed pkg-config file only, and loads; in C and in C++.

echo 1..5
n=0
umask 022
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

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

# Sanitizers must be the same on both sides; automake exported CC alone.
build()   # FILE
{
	make -C "$tmp/src" CC="$CC" CXX="$CXX" CFLAGS="$SAN_CFLAGS" \
		CXXFLAGS="$SAN_CFLAGS" "$1"
}

says()   # NAME TEXT
{
	"$top_builddir/tests/plugins/load" "$tmp/src" "$1" | grep -e "$2"
}

mkdir "$tmp/src"
cp "$top_srcdir"/tests/plugins/{Makefile,parley.c,hello.cc} "$tmp/src"
unset MAKEFLAGS MAKELEVEL MFLAGS
check "header and pkg-config file are installed" \
	make -C "$top_builddir" DESTDIR="$tmp/root" \
	install-adit_includeHEADERS install-pkgconfigDATA
pc=$(find "$tmp/root" -name adit-plugin.pc)
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$tmp/root
# Else a prefix of /usr would be left out of the flags.
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1

check "a plugin in C is built" build parley.so
check "it loads" says parley 'option *refuse ='
if [ -n "$CXX" ]; then
	check "a plugin in C++ is built" build hello.so
	check "it loads" says hello 'counter hellos'
else
	skip "a plugin in C++ is built" "no compiler"
	skip "it loads" "no compiler"
fi

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# autogen.sh - makes configure and Makefile.in in a fresh checkout.
set -eu
cd "$(dirname "$0")"

die()
{
	echo "autogen.sh: $*" >&2
	exit 1
}

case $PWD in
*[[:space:]\"\#\$\&\'\`\\]*)
	die "configure and make take no blanks, quotes, #, $ or & in the name of a" \
		"folder; this one is $PWD" ;;
esac
for tool in autoreconf:autoconf automake:automake libtoolize:libtool \
	pkg-config:pkgconf; do
	command -v "${tool%:*}" >/dev/null || missing="${missing-} ${tool#*:}"
done
[ -z "${missing-}" ] ||
	die "tools are missing; on Debian: apt-get install$missing"

# What an autoreconf that failed has left is no configure.
trap 'rm -f configure' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p m4
autoreconf --force --install --warnings=all,no-obsolete
# configure removes crash dumps called "core"; here that is a folder, the
# removal fails, and what stands behind it is left undone.
sed -i 's/rm -f core /rm -f /' configure
trap - EXIT

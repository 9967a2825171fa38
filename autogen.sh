#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# autogen.sh - makes configure and Makefile.in in a fresh checkout.
set -eu
cd "$(dirname "$0")"
mkdir -p m4
autoreconf --force --install --warnings=all,no-obsolete
# configure removes crash dumps called "core"; here that is a folder, the
# removal fails, and what stands behind it is left undone.
sed -i 's/rm -f core /rm -f /' configure

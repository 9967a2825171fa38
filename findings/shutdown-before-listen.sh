#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# shutdown-before-listen.sh - a shutdown(2) that fails ruins a later listen(2).
#
#   findings/shutdown-before-listen.sh
#                  exit status 0: still so, 1: not so any more,
#                  2: could not be tried
#
# A listening TCP socket of Linux that is shut down refuses connections, stays
# bound to its port, and may listen again: so a server can open and close its
# door without giving the port away.  Who closes it to be sure, without knowing
# whether it listens, calls shutdown(SHUT_RDWR) on a socket that is only bound.
# That fails with ENOTCONN, and one expects that nothing has happened.  But
# (Linux 6.18, Python 3.11.2):
#
#   bind, listen                      a connection says hello: hello
#   bind, listen, shutdown, listen    hello
#   bind, shutdown (ENOTCONN), listen ConnectionResetError
#
# listen(), accept() and getsockopt(SO_ERROR) all succeed, and clients are
# connected; but each accepted socket is at its end from the beginning, in both
# directions: what its client sends is answered by a reset.  The failed call has
# marked the socket as shut down, listen() does not take the mark away, and
# accepted sockets inherit it.  Only a shutdown() while it listens clears the
# mark.  So getsockopt(SO_ACCEPTCONN) has to be asked before.
#
# Needs amd64, apt and a network for 3 MB of packages.  Nothing is installed: the
# packages are unpacked below $TMPDIR, and everything runs on loopback.
set -euo pipefail
export LC_ALL=C

cannot()
{
	echo "shutdown-before-listen.sh: $*" >&2
	exit 2
}

unpack()
{
	local apt=$work/apt deb mirror
	# What this machine takes its own packages from.
	# shellcheck disable=SC2016    # for apt
	mirror=$(apt-get indextargets --format '$(REPO_URI)' \
		'Created-By: Packages' | grep -m 1 '/debian/$') ||
		cannot "apt of this machine knows no Debian archive"
	mkdir -p "$apt"/{lists,cache}/partial "$apt"/{cache/archives/partial,debs}
	touch "$apt/status"
	echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"$mirror bookworm main" >"$apt/sources.list"
	cat >"$apt/conf" <<-END
		Dir::Etc::SourceList "$apt/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$apt/lists";
		Dir::State::Status "$apt/status";
		Dir::Cache "$apt/cache";
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::http::Timeout "30";
	END
	APT_CONFIG=$apt/conf timeout --foreground 200 apt-get -qq update ||
		cannot "no list of the packages of Debian 12"
	(cd "$apt/debs" && APT_CONFIG=$apt/conf timeout --foreground 200 \
		apt-get -qq download "$@") ||
		cannot "Debian 12 has not all of these any more: $*"
	for deb in "$apt"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/root"
	done
}

[ "$(dpkg --print-architecture)" = amd64 ] || cannot "was seen on amd64 only"
work=$(mktemp -d "${TMPDIR:-/tmp}/shutdown-before-listen.XXXXXX")
trap 'rm -rf "$work"' EXIT
unpack python3.11-minimal=3.11.2-6+deb12u8 libpython3.11-minimal=3.11.2-6+deb12u8

cat >"$work/door.py" <<'END'
import socket


def hello(*calls):
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    said = ""
    for call in calls:
        try:
            call(door)
        except OSError as e:
            said += type(e).__name__ + f" {e.errno} "
    client = socket.create_connection(door.getsockname(), 10)
    server, _ = door.accept()
    server.settimeout(10)
    client.sendall(b"hello")
    try:
        return said + server.recv(5).decode()
    except OSError as e:
        return said + type(e).__name__


def listen(door):
    door.listen()


def shut(door):
    door.shutdown(socket.SHUT_RDWR)


print(hello(listen), hello(listen, shut, listen), hello(shut, listen), sep=", ")
END
have=$(PYTHONHOME=$work/root/usr timeout 60 "$work/root/usr/bin/python3.11" -S \
	"$work/door.py") || cannot "Python does not run"
echo "Linux $(uname -r): $have"
# 107 is ENOTCONN.
[ "$have" = "hello, hello, OSError 107 ConnectionResetError" ] || {
	echo "expected: hello, hello, OSError 107 ConnectionResetError"
	exit 1
}

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# ftp-interrupt.sh - Ctrl-C during a download costs Debian 13's ftp the session.
#
#   findings/ftp-interrupt.sh     exit status 0: still so, 1: not so any more,
#                                 2: could not be tried
#
# With the same server, vsftpd 3.0.5-0.2, an interrupt in the middle of a "get":
#
#   inetutils-ftp 2:2.4-2+deb12u3    226 Transfer complete.
#   (Debian 12)                      225 No transfer to ABOR.
#                                    and the next "get" works.
#   inetutils-ftp 2:2.6-3+deb13u3    nothing for ten seconds, then
#   (Debian 13)                      421 Service not available, remote server
#                                    has closed connection
#                                    and the next "get" says "Not connected."
#
# It looks like a firewall, a proxy or a server that trips over the urgent byte
# before ABOR.  It is none of these, the server has closed nothing, and the code
# of the client that aborts a download is the same in both versions.
#
# vsftpd sees ABOR only after it has sent the whole file, so the client must read
# the data connection empty, and does so in 2.4.  2.6 waits for the control
# connection alone (strace: a select of one descriptor instead of two) and shuts
# both down when ten seconds are over.  The reason: the local variable for the
# data connection, "din" of recvrequest(), is set after setjmp() and read after
# longjmp() and is not volatile, so C leaves its value open (C11 7.13.2.1).  As
# compiled for Debian 12 it lives where the abort looks for it; as compiled for
# Debian 13 the abort finds the NULL from before setjmp().  Changing this one
# stack offset in the program of Debian 13 (a byte) makes it behave like 2.4.
# A server that looks for ABOR while it sends, as pyftpdlib does, hides it.
#
# Needs amd64, apt, iproute2, a network for 10 MB of packages and either root
# or user namespaces.  Nothing is installed: the packages are unpacked below
# $TMPDIR, and what runs does so in a network namespace that has loopback only.
set -euo pipefail
export LC_ALL=C

cannot()
{
	echo "ftp-interrupt.sh: $*" >&2
	exit 2
}

# What this machine takes its own packages from.
# shellcheck disable=SC2016    # for apt
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
	grep -m 1 '/debian/$') || cannot "apt of this machine knows no Debian archive"

# unpack RELEASE PACKAGE[=VERSION]...: in $work/RELEASE
unpack()
{
	local apt=$work/apt-$1 release=$1 deb
	shift
	mkdir -p "$apt"/{lists,cache}/partial "$apt"/{cache/archives/partial,debs}
	touch "$apt/status"
	echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"$mirror $release main" >"$apt/sources.list"
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
		cannot "no list of the packages of $release"
	(cd "$apt/debs" && APT_CONFIG=$apt/conf timeout --foreground 200 apt-get -qq download "$@") ||
		cannot "$release has not all of these any more: $*"
	for deb in "$apt"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/$release"
	done
}

# run RELEASE PROGRAM ARGUMENT...: with the libraries of its own release
run()
{
	local root=$work/$1 program=$2 libs
	shift 2
	libs=$(find "$root" -name libc.so.6 -printf '%h\n' -quit)
	exec "$libs/ld-linux-x86-64.so.2" --library-path \
		"$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu" \
		"$root/$program" "$@"
}

# comes SECONDS TEXT FILE: waits until the text is in the file
comes()
{
	local i
	for ((i = 0; i < $1 * 10; i++)); do
		! grep -qF -- "$2" "$3" || return 0
		sleep 0.1
	done
	sed 's/^/    /' "$3"
	cannot "no \"$2\" within $1 seconds"
}

# interrupt RELEASE: a download, SIGINT in its middle, another download
interrupt()
{
	local dir=$work/try-$1 pid start
	mkdir "$dir"
	mkfifo "$dir/commands" "$dir/pipe"
	(run "$1" usr/bin/inetutils-ftp -n -p -v) <"$dir/commands" >"$dir/seen" 2>&1 &
	pid=$!
	exec 4>"$dir/commands"
	printf '%s\n' "open 127.0.0.1 2121" "user anonymous someone" binary \
		"get big $dir/pipe" >&4
	# The file goes into a pipe that nobody reads on.
	exec 5<"$dir/pipe"
	head -c 1000000 <&5 >/dev/null
	kill -INT "$pid"
	comes 5 "receive aborted" "$dir/seen"
	start=$SECONDS
	printf '%s\n' "get small $dir/small" quit >&4
	exec 4>&-
	wait "$pid" || true
	exec 5<&-
	echo "$1, $((SECONDS - start)) seconds from the interrupt to the end:"
	sed -n '/receive aborted/,$s/^/    /p' "$dir/seen"
}

serve()
{
	mkdir "$work/files" "$work/empty"
	truncate -s 64M "$work/files/big"
	echo small >"$work/files/small"
	chmod -R a+rX "$work/files"
	cat >"$work/vsftpd.conf" <<-END
		background=NO
		listen=YES
		listen_address=127.0.0.1
		listen_port=2121
		run_as_launching_user=YES
		anonymous_enable=YES
		ftp_username=nobody
		anon_root=$work/files
		allow_writeable_chroot=YES
		secure_chroot_dir=$work/empty
	END
	(run trixie usr/sbin/vsftpd "$work/vsftpd.conf") &
	for ((i = 0; i < 100; i++)); do
		! (: <>/dev/tcp/127.0.0.1/2121) 2>/dev/null || return 0
		sleep 0.1
	done
	cannot "vsftpd does not listen"
}

# What the namespace runs; all processes end with it.
if [ "${1-}" = inside ]; then
	# The first process of a namespace minds only what it has a trap for.
	trap 'exit 2' INT TERM
	work=$2
	ip link set lo up
	serve
	interrupt bookworm
	interrupt trixie
	exit 0
fi

[ "$(dpkg --print-architecture)" = amd64 ] || cannot "was seen on amd64 only"
command -v ip >/dev/null || cannot "no ip: apt-get install iproute2"
work=$(mktemp -d "${TMPDIR:-/tmp}/ftp-interrupt.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
unpack bookworm inetutils-ftp=2:2.4-2+deb12u3 libc6 libreadline8 libtinfo6
unpack trixie inetutils-ftp=2:2.6-3+deb13u3 libc6 libreadline8t64 libtinfo6 \
	vsftpd=3.0.5-0.2 libwrap0 libpam0g libssl3t64 libcap2 libaudit1 \
	libcap-ng0 zlib1g libzstd1
user=()
[ "$(id -u)" = 0 ] || user=(--user --map-root-user)
timeout --foreground -k 5 90 unshare "${user[@]}" --net --pid --fork --kill-child \
	"$0" inside "$work" || cannot "the downloads could not be tried"

if [ "$(cat "$work/try-bookworm/small" 2>/dev/null)" = small ] &&
	[ ! -e "$work/try-trixie/small" ] &&
	grep -q '^421 ' "$work/try-trixie/seen" &&
	grep -q '^Not connected' "$work/try-trixie/seen"; then
	echo "As described: the session goes on in 2.4 and is lost in 2.6."
else
	echo "Not as described any more."
	exit 1
fi

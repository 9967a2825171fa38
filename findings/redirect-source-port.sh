#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# redirect-source-port.sh - "redirect" of nftables changes the client's port.
#
#   findings/redirect-source-port.sh
#                  exit status 0: still so, 1: not so any more,
#                  2: could not be tried
#
# One rule, with nftables 1.0.6-2+deb12u2, in a network namespace:
#
#   type nat hook output priority -100
#   ip daddr { 192.0.2.1, 192.0.2.2 } tcp dport 80 redirect to :9000
#
# A program connects from 10.0.0.1:40000 to both servers, one after the other,
# and getsockname() says 10.0.0.1:40000 each time.  What getpeername() tells
# the listener at port 9000 (Linux 6.18, socat 1.7.4.4-2):
#
#   to 192.0.2.1    10.0.0.1:40000
#   to 192.0.2.2    10.0.0.1:60681, another port each time
#
# There is no rule for source addresses, no masquerade and no chain in
# postrouting, so one expects the destination alone to change.  But behind the
# redirect both connections would be 10.0.0.1:40000 to 127.0.0.1:9000, and
# connection tracking gives the second one a free source port.
#
# So a transparent proxy that looks up whose connection it has taken, in
# /proc/net/tcp or with sock_diag, by the address of its peer, finds nothing, or
# the socket of another program that has this port.  It does not show in tests
# with a few connections: the kernel gives a program that does not bind() the
# same port for two servers only when many connections are open, but clients
# that bind a port below 1024, as rsh and NFS over TCP, meet it soon.
# SO_ORIGINAL_DST tells the real destination in both cases; the real source
# stands only in the table of connection tracking, which needs CAP_NET_ADMIN.
#
# Needs amd64, apt, iproute2, a network for 3 MB of packages and either root or
# user namespaces.  Nothing is installed: the packages are unpacked below
# $TMPDIR, and what runs does so in a network namespace that has loopback only.
set -euo pipefail
export LC_ALL=C

cannot()
{
	echo "redirect-source-port.sh: $*" >&2
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

# run PROGRAM ARGUMENT...: with the libraries of Debian 12
run()
{
	local libs=$work/root/lib/x86_64-linux-gnu program=$work/root/usr/$1
	shift
	"$libs/ld-linux-x86-64.so.2" --library-path \
		"$libs:$work/root/usr/lib/x86_64-linux-gnu" "$program" "$@"
}

# from_40000 SERVER: what the listener says of this connection's source
from_40000()
{
	timeout 10 cat < <(run bin/socat -u \
		"TCP4:$1:80,bind=10.0.0.1:40000,reuseaddr" -)
}

# What the namespace runs; all processes end with it.
if [ "${1-}" = inside ]; then
	# The first process of a namespace minds only what it has a trap for.
	trap 'exit 2' INT TERM
	work=$2
	ip link set lo up
	ip address add 10.0.0.1/32 dev lo
	ip route add 192.0.2.0/24 dev lo src 10.0.0.1
	run sbin/nft -f - <<-'END'
		table ip finding {
			chain output {
				type nat hook output priority -100
				ip daddr { 192.0.2.1, 192.0.2.2 } tcp dport 80 redirect to :9000
			}
		}
	END
	# shellcheck disable=SC2016    # for the shell that socat starts
	run bin/socat TCP4-LISTEN:9000,fork,reuseaddr \
		SYSTEM:'echo $SOCAT_PEERADDR $SOCAT_PEERPORT' &
	for ((i = 0; i < 100; i++)); do
		! (: <>/dev/tcp/127.0.0.1/9000) 2>/dev/null || break
		sleep 0.1
	done
	from_40000 192.0.2.1 >"$work/first"
	from_40000 192.0.2.2 >"$work/second"
	exit 0
fi

[ "$(dpkg --print-architecture)" = amd64 ] || cannot "was seen on amd64 only"
command -v ip >/dev/null || cannot "no ip: apt-get install iproute2"
work=$(mktemp -d "${TMPDIR:-/tmp}/redirect-source-port.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
unpack nftables=1.0.6-2+deb12u2 libnftables1 libnftnl11 libmnl0 libjansson4 \
	libgmp10 libxtables12 libedit2 libbsd0 libmd0 libtinfo6 libc6 \
	socat=1.7.4.4-2 libssl3 libwrap0 libnsl2 libtirpc3 libreadline8
user=()
[ "$(id -u)" = 0 ] || user=(--user --map-root-user)
timeout --foreground -k 5 60 unshare "${user[@]}" --net --pid --fork \
	--kill-child "$0" inside "$work" ||
	cannot "the connections could not be made"

first=$(cat "$work/first") second=$(cat "$work/second")
if [ -z "$first" ] || [ -z "$second" ]; then
	cannot "the listener said nothing"
fi
echo "Linux $(uname -r), both connections from 10.0.0.1:40000;" \
	"the listener sees ${first/ /:} and ${second/ /:}."
case $first:$second in
"10.0.0.1 40000:10.0.0.1 40000")
	echo "Not as described any more."
	exit 1
	;;
"10.0.0.1 40000:10.0.0.1 "*)
	echo "As described: the second one has another source port."
	;;
*)
	cannot "these are not the connections"
	;;
esac

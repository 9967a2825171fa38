#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# lftp-ipv6.sh - lftp finds no ::1 on a machine without a global IPv6 address.
#
#   findings/lftp-ipv6.sh     exit status 0: still so, 1: not so any more,
#                             2: could not be tried
#
# lftp 4.9.2-2+b1 (Debian 12), vsftpd 3.0.3-13+b2 at [::1]:2121, a network
# namespace that has nothing but loopback:
#
#   exec 3<>/dev/tcp/::1/2121      connects, and vsftpd greets
#   lftp -e ls ftp://[::1]:2121    ::1: No address found
#
# The address stands there as a number, nothing has to be looked up, and other
# programs connect to it.  An IPv6 address of the documentation's range, given to
# the loopback interface, through which no packet will ever go, cures it:
#
#   ip -6 addr add 2001:db8::1/128 dev lo
#   lftp -e ls ftp://[::1]:2121    lists the folder
#
# In the first case lftp lists the addresses of the machine (strace: getifaddrs)
# and never opens a socket to ::1: it leaves out a family of which the machine
# has no global address, and loopback counts as none.  So tests in containers and
# namespaces, and tunnels whose near end is ::1, fail with a message about names;
# asking for the family (dns:order inet6) changes nothing.
#
# Needs amd64, apt, iproute2, a network for 10 MB of packages and either root
# or user namespaces.  Nothing is installed: the packages are unpacked below
# $TMPDIR, and what runs does so in a network namespace of its own.
set -euo pipefail
export LC_ALL=C

cannot()
{
	echo "lftp-ipv6.sh: $*" >&2
	exit 2
}

# unpack PACKAGE[=VERSION]...: what Debian 12 has, into $work/root
unpack()
{
	local mirror
	# What this machine takes its own packages from.
	# shellcheck disable=SC2016    # for apt
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
		grep -m 1 '/debian/$') || cannot "apt of this machine knows no Debian archive"
	mkdir -p "$work"/{lists,cache,cache/archives}/partial "$work/debs"
	touch "$work/status"
	echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"$mirror bookworm main" >"$work/sources.list"
	printf '%s;\n' "Dir::Etc::SourceList \"$work/sources.list\"" \
		'Dir::Etc::SourceParts "/dev/null"' "Dir::State::Lists \"$work/lists\"" \
		"Dir::State::Status \"$work/status\"" "Dir::Cache \"$work/cache\"" \
		'APT::Sandbox::User ""' 'Acquire::Languages "none"' \
		'Acquire::http::Timeout "30"' >"$work/apt.conf"
	export APT_CONFIG=$work/apt.conf
	timeout --foreground 200 apt-get -qq update || cannot "no list of the packages"
	(cd "$work/debs" && timeout --foreground 200 apt-get -qq download "$@") ||
		cannot "Debian 12 has not all of these any more: $*"
	find "$work/debs" -name '*.deb' -exec dpkg-deb -x {} "$work/root" \;
}

# run PROGRAM ARGUMENT...: with the libraries of Debian 12
run()
{
	local root=$work/root program=$1 lib
	shift
	lib=$root/lib/x86_64-linux-gnu
	exec "$lib/ld-linux-x86-64.so.2" --library-path \
		"$lib:$root/usr/lib/x86_64-linux-gnu" "$root/$program" "$@"
}

serve()
{
	local i
	mkdir "$work/files" "$work/empty"
	echo small >"$work/files/small"
	chmod -R a+rX "$work/files"
	printf '%s\n' background=NO listen=NO listen_ipv6=YES listen_address6=::1 \
		listen_port=2121 run_as_launching_user=YES anonymous_enable=YES \
		ftp_username=nobody "anon_root=$work/files" allow_writeable_chroot=YES \
		"secure_chroot_dir=$work/empty" >"$work/vsftpd.conf"
	(run usr/sbin/vsftpd "$work/vsftpd.conf") &
	for ((i = 0; i < 100; i++)); do
		! (: <>/dev/tcp/::1/2121) 2>/dev/null || return 0
		sleep 0.1
	done
	cannot "vsftpd does not listen"
}

# list SETTING: what lftp sees
list()
{
	(run usr/bin/lftp --norc -c "set net:max-retries 1; set net:timeout 10; $1
		open ftp://anonymous:someone@[::1]:2121; ls") 2>&1 || true
}

# What the namespace runs; all processes end with it.
if [ "${1-}" = inside ]; then
	# The first process of a namespace minds only what it has a trap for.
	trap 'exit 2' INT TERM
	work=$2
	ip link set lo up
	serve
	exec 3<>/dev/tcp/::1/2121
	read -r -t 10 greeting <&3 || cannot "vsftpd does not greet"
	exec 3>&-
	echo "bash at [::1]:2121, and lftp, twice: $greeting"
	list "" | tee "$work/before"
	list "set dns:order inet6;" | tee "$work/ordered"
	ip -6 addr add 2001:db8::1/128 dev lo nodad
	echo "The same with 2001:db8::1 on the loopback interface:"
	list "" | tee "$work/after"
	exit 0
fi

[ "$(dpkg --print-architecture)" = amd64 ] || cannot "was seen on amd64 only"
command -v ip >/dev/null || cannot "no ip: apt-get install iproute2"
work=$(mktemp -d "${TMPDIR:-/tmp}/lftp-ipv6.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
unpack lftp=4.9.2-2+b1 vsftpd=3.0.3-13+b2 libc6 libgcc-s1 libstdc++6 \
	libreadline8 libtinfo6 libgnutls30 zlib1g libidn2-0 libp11-kit0 \
	libunistring2 libtasn1-6 libnettle8 libhogweed6 libgmp10 libffi8 \
	libwrap0 libnsl2 libtirpc3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 \
	libcom-err2 libkrb5support0 libkeyutils1 libpam0g libssl3 libcap2 \
	libaudit1 libcap-ng0
user=()
[ "$(id -u)" = 0 ] || user=(--user --map-root-user)
timeout --foreground -k 5 90 unshare "${user[@]}" --net --pid --fork --kill-child \
	"$0" inside "$work" || cannot "lftp could not be tried"

if grep -q '::1: No address found' "$work/before" &&
	grep -q '::1: No address found' "$work/ordered" &&
	grep -q ' small$' "$work/after"; then
	echo "As described: found only beside a global IPv6 address."
else
	echo "Not as described any more."
	exit 1
fi

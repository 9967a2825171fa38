#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# sentinel-failover-ends.sh - "failoverDetector" of ioredis and iovalkey, which
# is to find the new master sooner, ends the client when a Sentinel dies with the
# master.
#
#   findings/sentinel-failover-ends.sh     exit status 0: still so, 1: not so any
#                                          more, 2: could not be tried
#
# Redis 7.0.15 with one replica and three Sentinels, on loopback.  The client
# (ioredis 6.0.0, iovalkey 0.4.0) knows all three, and has set a key.  Then the
# machine of the master and of the first Sentinel seems to lose its power: the
# Sentinel falls silent, the master is gone.  The two others make the replica the
# master within two seconds, and the client says
#
#   with failoverDetector: true    close, reconnecting,
#                                  error Connection is closed.
#                                  end
#                                  and "Connection is closed." to each command from
#                                  then on; its retry strategy is never asked
#   without                        close, reconnecting, some more of these until
#                                  the new master is there, ready, and OK
#
# No packet is lost, both other Sentinels answer, and the new master is there.
# The reason: the client asks the first Sentinel where the master is, and waits.
# The others, to which the detector has subscribed, say +switch-master; then it
# calls disconnect() of the connector, which ends a connection, if there is one,
# and notes that none is being made (connecting = false).  When the question to
# the silent Sentinel fails, connect() finds this note, takes it for a
# disconnect() of the program, and throws; Redis.connect() sets the status "end",
# from which nothing leads back.  So the same happens, by chance, in a failover
# in which nothing else dies, if the message comes between a question and its
# answer.  A program that wants to go on makes a new client on "end".
#
# Needs amd64, apt, npm, node (18 or later), a network for 5 MB of packages, and
# either root or user namespaces.  Nothing is installed: all is unpacked below
# $TMPDIR, and what runs does so in a network namespace that has loopback only.
set -euo pipefail
export LC_ALL=C

cannot()
{
	echo "sentinel-failover-ends.sh: $*" >&2
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

# redis NAME ARGUMENT...: starts the program of that name
redis()
{
	local name=$1 root=$work/root program=$work/root/usr/bin/redis-check-rdb
	shift
	# One file that looks at its name.
	(exec -a "redis-$name" "$root/lib64/ld-linux-x86-64.so.2" --library-path \
		"$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu" \
		--argv0 "redis-$name" "$program" "$@") >>"$dir/log" 2>&1 &
	disown # nobody asks how it ended
}

# comes SECONDS TEXT FILE: waits until the text is in the file
comes()
{
	local i
	for ((i = 0; i < $1 * 10; i++)); do
		! grep -qF -- "$2" "$3" || return 0
		sleep 0.1
	done
	tail -n 20 "$3"
	cannot "no \"$2\" within $1 seconds"
}

cat_client()
{
	cat <<-'END'
		"use strict";
		const [, , folder, name, detect] = process.argv;
		const lib = require(`${folder}/node_modules/${name}`);
		const client = new (lib.default || lib)({
			name: "mymaster", failoverDetector: detect === "yes",
			sentinels: [7711, 7712, 7713].map((port) => (
				{ host: "127.0.0.1", port })),
		});
		client.on("error", (e) => console.log("error", e.message));
		for (const event of ["ready", "close", "reconnecting", "end"])
			client.on(event, () => console.log(event));
		process.stdin.on("data", () => client.set("key", "value").then(
			(told) => console.log("set:", told),
			(e) => console.log("set:", e.message)));
		process.stdin.on("end", () => process.exit());
	END
}

# failover LIBRARY yes|no: what the client says goes to $work/LIBRARY-yes or -no
failover()
{
	local dir=$work/$1-$2.d seen=$work/$1-$2 port
	local -A pid follows=([7702]="127.0.0.1 7701")
	mkdir "$dir"
	for port in 7701 7702; do
		redis server --port $port --bind 127.0.0.1 --save "" --dir "$dir" \
			--repl-diskless-sync-delay 0 \
			${follows[$port]:+--replicaof "${follows[$port]}"}
		pid[$port]=$!
	done
	# Sentinels look every ten seconds at what a replica says of itself.
	comes 20 "MASTER <-> REPLICA sync: Finished with success" "$dir/log"
	for port in 7711 7712 7713; do
		printf '%s\n' "port $port" "bind 127.0.0.1" \
			"sentinel monitor mymaster 127.0.0.1 7701 2" \
			"sentinel down-after-milliseconds mymaster 1000" >"$dir/$port"
		redis sentinel "$dir/$port" --sentinel
		pid[$port]=$!
	done
	comes 20 "+slave slave" "$dir/log"
	for ((i = 0; i < 100; i++)); do
		[ "$(grep -c '+sentinel sentinel' "$dir/log")" -lt 6 ] || break
		sleep 0.1
	done
	mkfifo "$dir/in"
	node "$work/client.js" "$work" "$1" "$2" <"$dir/in" >"$seen" 2>&1 &
	exec 4>"$dir/in"
	comes 10 ready "$seen"
	sleep 1 # the detector subscribes
	echo >&4
	comes 10 "set: OK" "$seen"
	kill -STOP "${pid[7711]}"
	kill -KILL "${pid[7701]}"
	comes 20 +switch-master "$dir/log"
	sleep 1
	kill -KILL "${pid[7711]}" # the machine's silence becomes an error
	sleep 2
	echo >&4
	sleep 2
	exec 4>&-
	kill -KILL "${pid[7702]}" "${pid[7712]}" "${pid[7713]}"
	wait 2>/dev/null || true
	echo "$1, failoverDetector: $2"
	sed 's/^/    /' "$seen"
}

# What the namespace runs; all processes end with it.
if [ "${1-}" = inside ]; then
	# The first process of a namespace minds only what it has a trap for.
	trap 'exit 2' INT TERM
	work=$2
	ip link set lo up
	for library in ioredis iovalkey; do
		failover $library yes
		failover $library no
	done
	exit 0
fi

[ "$(dpkg --print-architecture)" = amd64 ] || cannot "was seen on amd64 only"
for program in ip node npm; do
	command -v $program >/dev/null || cannot "no $program: apt-get install iproute2 npm"
done
work=$(mktemp -d "${TMPDIR:-/tmp}/sentinel-failover.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$work" && timeout --foreground 200 npm install --silent --no-audit --no-fund \
	ioredis@6.0.0 iovalkey@0.4.0 >/dev/null) || cannot "npm has not both clients"
unpack redis-tools=5:7.0.15-1~deb12u7 libc6 libatomic1 liblzf1 libjemalloc2 \
	libsystemd0 libssl3 libstdc++6 libgcc-s1 libcap2 libgcrypt20 liblzma5 \
	libzstd1 liblz4-1 libgpg-error0
cat_client >"$work/client.js"
user=()
[ "$(id -u)" = 0 ] || user=(--user --map-root-user)
timeout --foreground -k 5 150 unshare "${user[@]}" --net --pid --fork --kill-child \
	"$0" inside "$work" || cannot "the failovers could not be tried"

for library in ioredis iovalkey; do
	[ "$(tail -n 2 "$work/$library-yes" | tr '\n' ' ')" = \
		"end set: Connection is closed. " ] &&
		! grep -q '^end$' "$work/$library-no" &&
		[ "$(tail -n 1 "$work/$library-no")" = "set: OK" ] && continue
	echo "Not as described any more: $library"
	exit 1
done
echo "As described: with the detector the client ends, without it goes on."

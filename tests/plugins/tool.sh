#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# adit-plugin-test as a command: what it says, and its exit status.

echo 1..22
n=0
umask 022
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
tool=$top_builddir/adit-plugin-test

cat >"$tmp/crash.c" <<'EOF'
#include <adit/plugin.h>
struct conf { uint32_t number; };
static const struct adit_option options[] = {
	ADIT_OPT("number", ADIT_UINT, struct conf, number, "1", "any number"),
	{ 0 }
};
static enum adit_verdict message(struct adit_msg *m)
{
	const struct conf *c = adit_conf(m->ch);
	if (adit_word(m, "NUMBER"))
		return adit_rewritef(m, "%u\n", (unsigned)c->number);
	if (adit_word(m, "CRASH"))
		__builtin_trap();
	return ADIT_PASS;
}
ADIT_PLUGIN(.name = "crash", .version = "1", .summary = "dies when asked to",
	.can = ADIT_CAN_REWRITE, .conf_size = sizeof(struct conf),
	.options = options,
	.frame = { adit_frame_line, adit_frame_line }, .message = message);
EOF
# shellcheck disable=SC2086    # flags are words
$CC $SAN_CFLAGS -I"$top_srcdir/include" -fPIC -shared -o "$tmp/crash.so" \
	"$tmp/crash.c" || exit 99
so=$tmp/crash.so
printf 'C NUMBER\\n\n> 7\\n\n' >"$tmp/seven.t"
printf 'C NUMBER\\n\nwhat\n' >"$tmp/broken.t"
printf 'C ONE\\n\n> ONE\\n\nC CRASH\\n\n' >"$tmp/crash.t"

is()   # WHAT STATUS TEXT COMMAND...: it ends like that, and says that
{
	local what=$1 want=$2 text=$3 status
	shift 3
	n=$((n + 1))
	"$@" >"$tmp/out" 2>&1 </dev/null
	status=$?
	if [ "$status" -eq "$want" ] && grep -qe "$text" "$tmp/out"; then
		echo "ok $n - $what"
	else
		sed 's/^/# /' "$tmp/out"
		echo "# status $status, wanted $want and: $text"
		echo "not ok $n - $what"
	fi
}

is "--help" 0 "^usage:" "$tool" --help
is "--version" 0 "^adit-plugin-test [0-9]" "$tool" --version
is "nothing to do" 2 "^usage:" "$tool" "$so"
is "an unknown option" 2 "see adit-plugin-test --help" "$tool" --odd "$so"
is "a number that is none" 2 "takes a number" "$tool" --seed x "$so"
is "no such plugin" 2 "No such file" "$tool" "$tmp/none.so" "$tmp/seven.t"
is "an option of the plugin" 0 "^ok 8 - seven.t cut at random" \
	"$tool" --conf number=7 "$so" "$tmp/seven.t"
is "an option that it has not" 1 'has no option "numbers"' \
	"$tool" --conf numbers=7 "$so" "$tmp/seven.t"
is "what happened instead" 1 "came out  1" "$tool" "$so" "$tmp/seven.t"
is "a broken transcript" 1 "broken.t:2: no line of a transcript" \
	"$tool" "$so" "$tmp/broken.t"
# Whatever kills it: sanitizers exit instead.
crash()
{
	ASAN_OPTIONS=handle_sigill=0 "$tool" "$so" "$tmp/crash.t" && return 1
	return 0
}
is "a crash is explained" 0 "at .*/crash.t:3" crash

# Fuzzing: what it finds stands in a file that does it again.
printf 'C ONE\\nTWO\\n\n> ONE\\nTWO\\n\n' >"$tmp/one.t"
fuzz()   # ARGUMENT...
{
	(cd "$tmp" && ASAN_OPTIONS=handle_sigill=0 "$tool" "$@")
}
is "fuzzing finds nothing" 0 "^ok 1 - fuzz: [0-9]* conv" \
	fuzz --fuzz=1 "$so" one.t
is "fuzzing finds a crash" 1 "^# again: .* --fuzz=0 .*crash.t .*fuzz$" \
	fuzz --fuzz=5 "$so" one.t crash.t
found=$(sed -n 's/^# again: .* //p' "$tmp/out")
is "and the smallest way to it" 1 "^#   C CRASH" fuzz --fuzz=0 "$so" "$found"
is "an input that is harmless" 0 "^ok 1" fuzz --fuzz=0 "$so" one.t
is "time that is none" 2 "write --fuzz=SECONDS" fuzz --fuzz=soon "$so"

# What came out each time, where the pieces of the input matter.
cat >"$tmp/pieces.c" <<'EOT'
#include <adit/plugin.h>
static enum adit_verdict message(struct adit_msg *m)
{
	return m->len > 1 ? adit_rewritef(m, "%u ", (unsigned)m->len) : ADIT_PASS;
}
ADIT_PLUGIN(.name = "pieces", .version = "1", .summary = "counts pieces",
	.can = ADIT_CAN_REWRITE, .frame = { adit_frame_raw, adit_frame_raw },
	.message = message);
EOT
# shellcheck disable=SC2086    # flags are words
$CC $SAN_CFLAGS -I"$top_srcdir/include" -fPIC -shared -o "$tmp/pieces.so" \
	"$tmp/pieces.c" || exit 99
is "fuzzing shows what came out of whole bytes" 1 \
	'^#   bytes at once  [0-9]*\\x20' fuzz --fuzz=5 "$tmp/pieces.so" one.t

printf 'C ONE\\nTWO\\nTHREE\\n\n> ONE\\nTWO\\nTHREE\\n\n' >"$tmp/three.t"
is "how fast it is" 0 \
	'three.t: [1-9][0-9]* messages/s, [0-9.]* MB/s (3 messages of 5 bytes' \
	"$tool" --bench=0 "$so" "$tmp/three.t"
is "a transcript that does not play is not measured" 1 "came out  1" \
	"$tool" --bench=0 "$so" "$tmp/seven.t"
is "seconds that are none" 2 "write --bench=SECONDS" "$tool" --bench=x "$so"

# An answer at which the plugin always asks again; and three times at most.
cat >"$tmp/circle.c" <<'EOT'
#include <adit/plugin.h>
struct state { uint32_t asked; };
static enum adit_verdict message(struct adit_msg *m)
{
	struct state *st = adit_state(m->ch);
	if (m->dir == ADIT_TO_SERVER || !adit_word(m, "NO") ||
	    st->asked++ == MOST)
		return ADIT_PASS;
	adit_inject(m->ch, ADIT_TO_SERVER, "AGAIN\n", 6);
	return ADIT_DROP;
}
ADIT_PLUGIN(.name = "circle", .version = "1", .summary = "asks again",
	.can = ADIT_CAN_REWRITE | ADIT_CAN_INJECT,
	.state_version = 1, .state_size = sizeof(struct state),
	.frame = { adit_frame_line, adit_frame_line }, .message = message);
EOT
for most in 3 -1; do
	mkdir "$tmp/most$most" || exit 99
	# shellcheck disable=SC2086    # flags are words
	$CC $SAN_CFLAGS -DMOST=$most -I"$top_srcdir/include" -fPIC -shared \
		-o "$tmp/most$most/circle.so" "$tmp/circle.c" || exit 99
done
printf 'S NO\\n\n> AGAIN\\n\n' >"$tmp/again.t"
is "a plugin that never has enough of an answer" 0 \
	'^# warning: .*again.t:1: the plugin drops this answer' \
	"$tool" "$tmp/most-1/circle.so" "$tmp/again.t"
unwarned()
{
	"$tool" "$tmp/most3/circle.so" "$tmp/again.t" >"$tmp/unwarned" || return 1
	! grep warning "$tmp/unwarned" && echo "no warning"
}
is "one that counts is not warned of" 0 "no warning" unwarned

# SPDX-License-Identifier: BSD-2-Clause
# at_once.bash - how tools/test runs a command for many files beside each other.

# at_once COMMAND FILE...: `COMMAND FILE` for every FILE, as many at a time as
# there are processors; leaves FILE.COMMAND.log and .status.  A shell of its own,
# which waits for nothing else that runs in the background.
at_once() (
	local command=$1 t
	shift
	for t; do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
		{
			"$command" "$t" >"$t.$command.log" 2>&1
			echo $? >"$t.$command.status"
		} &
	done
	wait
)

# status_of COMMAND FILE: how that ended, as the exit status; 1 if nobody knows.
status_of() {
	local status=1
	[ -f "$2.$1.status" ] && read -r status <"$2.$1.status"
	return "$status"
}

# each COMMAND FILE...: the same, and each is one result.
each() {
	local command=$1 bad=0 t status
	shift
	[ -e "$1" ] || { echo "there is no $1"; count_step "$1" 1; return 1; }
	at_once "$command" "$@"
	for t; do
		status_of "$command" "$t"
		status=$?
		count_step "$t" "$status"
		[ "$status" -eq 0 ] || { bad=1; show "$t.$command.log"; }
	done
	return "$bad"
}

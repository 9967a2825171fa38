# SPDX-License-Identifier: BSD-2-Clause
# counts.bash - how tools/test counts results, in `passed`, `failed` and so on.

# count_step NAME STATUS: a build or a lint is one result.
count_step() {
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}

# count_tap NAME: TAP on stdin.  Tests that the plan promised and nobody saw
# have failed.
count_tap() {
	local line plan='' n=0
	while IFS= read -r line; do
		case $line in
		1..[0-9]*)
			plan=${line#1..}
			plan=${plan%%[!0-9]*} ;;
		"ok "*"(second try)")
			passed=$((passed + 1)) n=$((n + 1))
			unsteady+=("$1: ${line#ok }") ;;
		"ok "*"# SKIP"* | "ok "*"# skip"*)
			skipped=$((skipped + 1)) n=$((n + 1))
			reasons+=("$1: ${line#ok }") ;;
		"ok "*)
			passed=$((passed + 1)) n=$((n + 1)) ;;
		"not ok "*)
			failed=$((failed + 1)) n=$((n + 1)) ;;
		esac
	done
	if [ -z "$plan" ] || [ "$n" -lt "$plan" ]; then
		echo "$1: $n results, planned: ${plan:-nothing}"
		failed=$((failed + ${plan:-1} - n))
	fi
}

# count_check NAME STATUS LOG: the results of each test of a `make check`.
count_check() {
	local ran=0 bad=0 trs kind rest own
	while IFS= read -r trs; do
		own=$bad
		while read -r kind rest; do
			# The exit status of a program with failed tests is no news.
			[ "$kind" = ERROR ] && [ "$bad" -gt "$own" ] && continue
			ran=$((ran + 1))
			case $kind in
			PASS | XFAIL) passed=$((passed + 1)) ;;
			SKIP) skipped=$((skipped + 1)) ;;
			*) failed=$((failed + 1)) bad=$((bad + 1)) ;;
			esac
		done < <(sed -n 's/^:test-result: //p' "$trs")
		while IFS= read -r rest; do
			reasons+=("$1: ${trs#./}: $rest")
		done < <(grep -asE '^(ok|1\.\.0) .*# SKIP' "${trs%.trs}.log")
	done < <(find . -name '*.trs')
	# Whatever kept make from running them is a failure of its own.
	if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ] || [ "$ran" -eq 0 ]; then
		failed=$((failed + 1)) bad=1
	fi
	[ "$bad" -eq 0 ] && return 0
	show "$3"
	failed_logs
	return 1
}

# count_summary NAME LOG: what the last `make check` in a log says it counted,
# where nothing else is left of it.  ERROR is how a program with failed tests ends.
count_summary() {
	local kind n ran=0
	while read -r _ kind n; do
		ran=$((ran + n))
		case $kind in
		PASS: | XFAIL:) passed=$((passed + n)) ;;
		SKIP:) skipped=$((skipped + n)) ;;
		*) failed=$((failed + n)) ;;
		esac
	done < <(grep -aE '^# (PASS|XFAIL|SKIP|FAIL|XPASS): +[0-9]+$' "$2" | tail -n 5)
	[ "$ran" -gt 0 ] || { echo "$1: no tests"; failed=$((failed + 1)); }
	while IFS= read -r n; do
		reasons+=("$1: $n")
	done < <(grep -a '^SKIP: ' "$2")
}

# The logs of those tests below this folder that have failed.
failed_logs() {
	find . -name '*.trs' -exec grep -lE '^:test-result: (FAIL|ERROR|XPASS)' {} + |
		while IFS= read -r trs; do show "${trs%.trs}.log"; done
}

show() {
	echo "---- $1"
	grep -aE -B 3 -A 12 '(error|Error|ERROR|FAILED|warning:|not ok)' "$1" | tail -n 60
	echo "---- the end of $1"
	tail -n 40 "$1"
	echo "----"
}

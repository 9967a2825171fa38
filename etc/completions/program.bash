# SPDX-License-Identifier: BSD-2-Clause
# Completes @program@ in bash, with the words of its own help.

_@program@()
{
	local program=$1 current=$2 command= words= word commands
	commands=$("$program" --help 2>/dev/null |
		sed -nE 's/^  ([a-z]+)( .*)?$/\1/p')
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		grep -qxF -e "$word" <<<"$commands" && command=$word && break
	done
	case $command,$current in
	*,-*)
		# What the help says of other commands is left out.
		words=$("$program" $command --help 2>/dev/null |
			awk -v "command=$command" '/^[^ ]|^  -/ { said = 1 }
				/^  [a-z]/ { said = $1 == command } said' |
			grep -oE -e '--[a-z][a-z-]*') ;;
	,* | help,*)
		words=$commands ;;
	publish,* | unpublish,*)
		words=$("$program" status 2>/dev/null |
			sed -n '/^PUBLISHED/,/^$/{ /^PUBLISHED/d; s/ .*//p }') ;;
	map,*)
		words=$("$program" resources 2>/dev/null | sed '1d; s/ .*//') ;;
	passwd,* | otp,* | invite,* | lock,* | unlock,* | kick,*)
		words=$("$program" users --wide 2>/dev/null | sed '1d; s/ .*//') ;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$current"))
}
# Where there are no words, files.
complete -o default -F _@program@ @program@

#compdef @program@
# SPDX-License-Identifier: BSD-2-Clause
# Completes @program@ in zsh, with the words of its own help.

local program=$words[1] current=$words[CURRENT] command= word
local -a commands found

commands=(${(f)"$($program --help 2>/dev/null |
	sed -nE 's/^  ([a-z]+)( .*)?$/\1/p')"})
for word in $words[2,CURRENT-1]; do
	(( $commands[(Ie)$word] )) && command=$word && break
done
case $command,$current in
(*,-*)
	# What the help says of other commands is left out.
	found=(${(f)"$($program $command --help 2>/dev/null |
		awk -v "command=$command" '/^[^ ]|^  -/ { said = 1 }
			/^  [a-z]/ { said = $1 == command } said' |
		grep -oE -e '--[a-z][a-z-]*')"}) ;;
(,* | help,*)
	found=($commands) ;;
(map,*)
	found=(${(f)"$($program resources 2>/dev/null | sed '1d; s/ .*//')"}) ;;
(passwd,* | otp,* | invite,* | lock,* | unlock,* | kick,*)
	found=(${(f)"$($program users --wide 2>/dev/null | sed '1d; s/ .*//')"}) ;;
esac
# Where there are no words, files.
if (( $#found )); then
	compadd -a found
else
	_files
fi

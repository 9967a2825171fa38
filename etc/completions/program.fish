# SPDX-License-Identifier: BSD-2-Clause
# Completes @program@ in fish, with the words of its own help.

function __@program@_words
	set -l typed (commandline -opc)
	set -l program $typed[1]
	set -l current (commandline -ct)
	set -l commands ($program --help 2>/dev/null |
		sed -nE 's/^  ([a-z]+)( .*)?$/\1/p')
	set -l command
	for word in $typed[2..]
		contains -- $word $commands; and set command $word; and break
	end
	switch "$command,$current"
	case '*,-*'
		# What the help says of other commands is left out.
		$program $command --help 2>/dev/null |
			awk -v "command=$command" '/^[^ ]|^  -/ { said = 1 }
				/^  [a-z]/ { said = $1 == command } said' |
			grep -oE -e '--[a-z][a-z-]*' | sort -u
	case ',*' 'help,*'
		string join -- \n $commands
	case 'map,*'
		$program resources 2>/dev/null | sed '1d; s/ .*//'
	case 'passwd,*' 'otp,*' 'invite,*' 'lock,*' 'unlock,*' 'kick,*'
		$program users --wide 2>/dev/null | sed '1d; s/ .*//'
	case '*'
		__fish_complete_path $current
	end
end
complete -c @program@ -f -a '(__@program@_words)'

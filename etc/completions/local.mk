# SPDX-License-Identifier: BSD-2-Clause
# One text for each shell, from which each program gets a file of its own.
bashcompletiondir = $(datadir)/bash-completion/completions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
zshcompletiondir = $(datadir)/zsh/site-functions
bashcompletion_DATA =
fishcompletion_DATA =
zshcompletion_DATA =

if AGENT
bashcompletion_DATA += etc/completions/bash/adit
fishcompletion_DATA += etc/completions/fish/adit.fish
zshcompletion_DATA += etc/completions/zsh/_adit
endif

if GATEWAY
bashcompletion_DATA += etc/completions/bash/aditd \
	etc/completions/bash/aditctl etc/completions/bash/adit-plugin-test
fishcompletion_DATA += etc/completions/fish/aditd.fish \
	etc/completions/fish/aditctl.fish \
	etc/completions/fish/adit-plugin-test.fish
zshcompletion_DATA += etc/completions/zsh/_aditd \
	etc/completions/zsh/_aditctl etc/completions/zsh/_adit-plugin-test
endif

completions = $(bashcompletion_DATA) $(fishcompletion_DATA) $(zshcompletion_DATA)
CLEANFILES += $(completions)
EXTRA_DIST += etc/completions/program.bash etc/completions/program.fish \
	etc/completions/program.zsh

# fish/NAME.fish and zsh/_NAME are how these shells look for them.
$(completions): Makefile
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)shell=`basename $(@D)` && \
		name=`echo $(@F) | $(SED) -e 's/^_//' -e 's/\.fish$$//'` && \
		$(SED) "s/@program[@]/$$name/g" \
		$(srcdir)/etc/completions/program.$$shell >$@
$(bashcompletion_DATA): etc/completions/program.bash
$(fishcompletion_DATA): etc/completions/program.fish
$(zshcompletion_DATA): etc/completions/program.zsh

TESTS += tests/unit/etc/completions.py
EXTRA_DIST += tests/unit/etc/completions.py

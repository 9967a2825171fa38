# SPDX-License-Identifier: BSD-2-Clause
# the helper of the agent that has CAP_NET_ADMIN
libexec_PROGRAMS += adit-redirect
adit_redirect_SOURCES = \
	core/redirect/fence.c core/redirect/fence.h \
	core/redirect/main.c
adit_redirect_LDADD = libadit_intercept.a libadit_core.a $(MNL_LIBS) \
	$(SECCOMP_LIBS)

# A package does it itself.
install-exec-hook:
	@test -n '$(DESTDIR)' || \
		setcap cap_net_admin=ep '$(libexecdir)/adit-redirect' 2>/dev/null || \
		echo "For intercept = nft of adit.ini(5), as root:" \
		"setcap cap_net_admin=ep $(libexecdir)/adit-redirect"

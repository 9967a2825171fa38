# SPDX-License-Identifier: BSD-2-Clause
# the helper of the agent that has CAP_NET_ADMIN
libexec_PROGRAMS += adit-redirect
adit_redirect_SOURCES = \
	core/redirect/fence.c core/redirect/fence.h \
	core/redirect/main.c
adit_redirect_LDADD = libadit_intercept.a libadit_core.a $(MNL_LIBS) \
	$(SECCOMP_LIBS)

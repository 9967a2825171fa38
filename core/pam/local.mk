# SPDX-License-Identifier: BSD-2-Clause
# a process for one conversation with PAM
noinst_LIBRARIES += libadit_pam.a
libadit_pam_a_SOURCES = \
	core/pam/pam.c core/pam/pam.h

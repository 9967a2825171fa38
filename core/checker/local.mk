# SPDX-License-Identifier: BSD-2-Clause
# the checkers: processes that compare a password with a hash
noinst_LIBRARIES += libadit_checker.a
libadit_checker_a_SOURCES = \
	core/checker/certificate.c core/checker/certificate.h \
	core/checker/checker.c core/checker/checker.h

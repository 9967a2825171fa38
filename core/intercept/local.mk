# SPDX-License-Identifier: BSD-2-Clause
# how connections of other programs are caught: names and their addresses
noinst_LIBRARIES += libadit_intercept.a
libadit_intercept_a_SOURCES = \
	core/intercept/stub.c core/intercept/stub.h \
	core/intercept/synthetic.c core/intercept/synthetic.h

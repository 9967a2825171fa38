# SPDX-License-Identifier: BSD-2-Clause
# the resolver: the process that looks host names up
noinst_LIBRARIES += libadit_resolver.a
libadit_resolver_a_SOURCES = \
	core/resolver/dns.c core/resolver/dns.h \
	core/resolver/names.c core/resolver/names.h \
	core/resolver/nss.c core/resolver/nss.h \
	core/resolver/resolver.c core/resolver/resolver.h \
	core/resolver/turns.c core/resolver/turns.h

# SPDX-License-Identifier: BSD-2-Clause
# what is said to proxies and by them; no I/O
noinst_LIBRARIES += libadit_proxy.a
libadit_proxy_a_SOURCES = \
	core/proxy/http_body.c core/proxy/http_body.h \
	core/proxy/http_parse.c core/proxy/http_parse.h \
	core/proxy/proxy.c core/proxy/proxy.h \
	core/proxy/proxy_talk.c \
	core/proxy/socks_parse.c core/proxy/socks_parse.h

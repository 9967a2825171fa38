# SPDX-License-Identifier: BSD-2-Clause
# the web process: monitoring asks it; of a build with libmicrohttpd
noinst_LIBRARIES += libadit_web.a
libadit_web_a_SOURCES = \
	core/web/metrics_text.c core/web/metrics_text.h \
	core/web/web.h \
	core/web/web_http.c \
	core/web/web_main.c \
	core/web/web_tell.c

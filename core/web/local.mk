# SPDX-License-Identifier: BSD-2-Clause
# the web process: monitoring asks it; of a build with libmicrohttpd
noinst_LIBRARIES += libadit_web.a
libadit_web_a_SOURCES = \
	core/web/metrics_text.c core/web/metrics_text.h \
	core/web/answer.c core/web/answer.h \
	core/web/chart.c core/web/chart.h \
	core/web/form.c core/web/form.h \
	core/web/html.c core/web/html.h \
	core/web/lang.c core/web/lang.h \
	core/web/page.c core/web/page.h \
	core/web/page_admin.c \
	core/web/page_ask.c core/web/page_ask.h \
	core/web/page_login.c \
	core/web/page_own.c \
	core/web/page_password.c \
	core/web/page_prompt.c core/web/page_prompt.h \
	core/web/page_table.c core/web/page_table.h \
	core/web/page_traffic.c \
	core/web/page_user.c \
	core/web/route.c \
	core/web/sender.c core/web/sender.h \
	core/web/site.c core/web/site.h \
	core/web/style.c \
	core/web/web.h \
	core/web/web_http.c \
	core/web/web_main.c \
	core/web/web_pages.c core/web/web_pages.h \
	core/web/web_tell.c

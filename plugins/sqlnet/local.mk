# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/sqlnet/sqlnet.la
plugins_sqlnet_sqlnet_la_SOURCES = plugins/sqlnet/sqlnet.c \
	plugins/sqlnet/nv.c plugins/sqlnet/nv.h \
	plugins/sqlnet/redirect.c plugins/sqlnet/redirect.h \
	plugins/sqlnet/services.c plugins/sqlnet/services.h
plugins_sqlnet_sqlnet_la_LDFLAGS = $(plugin_ldflags)
plugins_sqlnet_sqlnet_la_LIBADD =
dist_noinst_DATA += plugins/sqlnet/README.md

# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/ftp/ftp.la
plugins_ftp_ftp_la_SOURCES = plugins/ftp/commands.c plugins/ftp/ftp.c \
	plugins/ftp/ftp.h plugins/ftp/inside.h plugins/ftp/owed.c \
	plugins/ftp/replies.c plugins/ftp/text.c
plugins_ftp_ftp_la_LDFLAGS = $(plugin_ldflags)
plugins_ftp_ftp_la_LIBADD =
dist_noinst_DATA += plugins/ftp/README.md

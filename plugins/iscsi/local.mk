# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/iscsi/iscsi.la
plugins_iscsi_iscsi_la_SOURCES = plugins/iscsi/iscsi.c \
	plugins/iscsi/address.c plugins/iscsi/address.h
plugins_iscsi_iscsi_la_LDFLAGS = $(plugin_ldflags)
plugins_iscsi_iscsi_la_LIBADD =
dist_noinst_DATA += plugins/iscsi/README.md

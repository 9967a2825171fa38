# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/dcerpc/dcerpc.la
plugins_dcerpc_dcerpc_la_SOURCES = plugins/dcerpc/dcerpc.c \
	plugins/dcerpc/towers.c plugins/dcerpc/towers.h
plugins_dcerpc_dcerpc_la_LDFLAGS = $(plugin_ldflags)
plugins_dcerpc_dcerpc_la_LIBADD =
dist_noinst_DATA += plugins/dcerpc/README.md

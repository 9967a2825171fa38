# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/ldap/ldap.la
plugins_ldap_ldap_la_SOURCES = plugins/ldap/ldap.c \
	plugins/ldap/ber.c plugins/ldap/ber.h \
	plugins/ldap/url.c plugins/ldap/url.h
plugins_ldap_ldap_la_LDFLAGS = $(plugin_ldflags)
plugins_ldap_ldap_la_LIBADD =
dist_noinst_DATA += plugins/ldap/README.md

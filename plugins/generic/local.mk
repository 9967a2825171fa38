# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += plugins/generic/generic.c
dist_noinst_DATA += plugins/generic/README.md

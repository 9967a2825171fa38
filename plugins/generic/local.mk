# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += plugins/generic/generic.c
EXTRA_DIST += plugins/generic/README.md

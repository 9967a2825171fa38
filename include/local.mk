# SPDX-License-Identifier: BSD-2-Clause
adit_include_HEADERS += include/adit/plugin.h

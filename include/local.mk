# SPDX-License-Identifier: BSD-2-Clause
# What a plugin outside of this tree is built against.
adit_include_HEADERS += include/adit/plugin.h
pkgconfig_DATA += adit-plugin.pc

# SPDX-License-Identifier: BSD-2-Clause

aditd_SOURCES += core/aditd/main.c

man_MANS += docs/man/aditd.8 docs/man/aditd.ini.5

# SPDX-License-Identifier: BSD-2-Clause
# how commands and the daemons that they command speak with each other
noinst_LIBRARIES += libadit_control.a
libadit_control_a_SOURCES = \
	core/control/control_call.c core/control/control_call.h \
	core/control/control_limits.h \
	core/control/control_server.c core/control/control_server.h \
	core/control/control_socket.c core/control/control_socket.h \
	core/control/secret.c core/control/secret.h \
	core/control/table.c core/control/table.h \
	core/control/table_cell.c

# SPDX-License-Identifier: BSD-2-Clause
# the commands of aditctl; tests have them too
noinst_LIBRARIES += libadit_aditctl.a
libadit_aditctl_a_SOURCES = \
	core/aditctl/ctl.h \
	core/aditctl/ctl_call.c \
	core/aditctl/ctl_check.c \
	core/aditctl/ctl_init.c \
	core/aditctl/ctl_invite.c \
	core/aditctl/ctl_list.c \
	core/aditctl/ctl_otp.c \
	core/aditctl/ctl_passwd.c \
	core/aditctl/ctl_password.c \
	core/aditctl/ctl_pin.c \
	core/aditctl/ctl_qr.c core/aditctl/ctl_qr.h \
	core/aditctl/ctl_reach.c core/aditctl/ctl_reach.h \
	core/aditctl/ctl_say.c \
	core/aditctl/ctl_status.c \
	core/aditctl/ctl_tree.c \
	core/aditctl/ctl_users.c core/aditctl/ctl_users.h \
	core/aditctl/ctl_why.c

aditctl_SOURCES += core/aditctl/aditctl.c

man_MANS += docs/man/aditctl.8

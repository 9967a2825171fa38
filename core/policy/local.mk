# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/policy/auth_rule.c core/policy/auth_rule.h \
	core/policy/conf.c core/policy/conf.h \
	core/policy/conf_check.c \
	core/policy/conf_parse.c \
	core/policy/conf_parts.h \
	core/policy/conf_publish.c \
	core/policy/conf_resource.c \
	core/policy/host.c core/policy/host.h \
	core/policy/hours.c core/policy/hours.h \
	core/policy/lead.c core/policy/lead.h \
	core/policy/log_to.c core/policy/log_to.h \
	core/policy/line_file.c core/policy/line_file.h \
	core/policy/otp_file.c core/policy/otp_file.h \
	core/policy/limits.c core/policy/limits.h \
	core/policy/policy.c core/policy/policy.h \
	core/policy/policy_addr.c \
	core/policy/policy_asked.c \
	core/policy/policy_redirect.c \
	core/policy/policy_why.c \
	core/policy/publish.h \
	core/policy/user_name.c core/policy/user_name.h \
	core/policy/users.c core/policy/users.h \
	core/policy/password_rule.c core/policy/password_rule.h \
	core/policy/users_change.c \
	core/policy/users_check.c core/policy/users_check.h \
	core/policy/users_hash.c \
	core/policy/zone.c core/policy/zone.h

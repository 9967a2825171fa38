# SPDX-License-Identifier: BSD-2-Clause
# the monitor: privileged, keeps the keys and the listeners
noinst_LIBRARIES += libadit_monitor.a
libadit_monitor_a_SOURCES = \
	core/monitor/account.c core/monitor/account.h \
	core/monitor/address_key.c core/monitor/address_key.h \
	core/monitor/attempt.c core/monitor/attempt.h \
	core/monitor/auth.c core/monitor/auth.h \
	core/monitor/auth_audit.c \
	core/monitor/auth_count.c \
	core/monitor/auth_keep.c \
	core/monitor/change.c core/monitor/change.h \
	core/monitor/checkers.c core/monitor/checkers.h \
	core/monitor/client_side.c core/monitor/client_side.h \
	core/monitor/downloads.c core/monitor/downloads.h \
	core/monitor/guesses.c core/monitor/guesses.h \
	core/monitor/guesses_file.c \
	core/monitor/known.c core/monitor/known.h \
	core/monitor/log_side.c core/monitor/log_side.h \
	core/monitor/login_times.c core/monitor/login_times.h \
	core/monitor/method_certificate.c \
	core/monitor/method_otp.c \
	core/monitor/method_pam.c \
	core/monitor/method_users.c \
	core/monitor/monitor.c core/monitor/monitor.h \
	core/monitor/monitor_codes.c core/monitor/monitor_codes.h \
	core/monitor/monitor_config.c core/monitor/monitor_config.h \
	core/monitor/monitor_config_plugins.c \
	core/monitor/monitor_config_times.c \
	core/monitor/monitor_config_users.c \
	core/monitor/monitor_control.c \
	core/monitor/monitor_daily.c \
	core/monitor/monitor_end.c \
	core/monitor/monitor_forward.c \
	core/monitor/monitor_handover.c \
	core/monitor/monitor_listeners.c core/monitor/monitor_listeners.h \
	core/monitor/monitor_pages.c core/monitor/monitor_pages.h \
	core/monitor/monitor_pages_admin.c \
	core/monitor/monitor_pages_answer.c \
	core/monitor/monitor_pages_file.c \
	core/monitor/monitor_pages_lang.c \
	core/monitor/monitor_pages_login.c \
	core/monitor/monitor_pages_password.c \
	core/monitor/monitor_pages_user.c \
	core/monitor/monitor_pages_wait.c \
	core/monitor/monitor_reload.c \
	core/monitor/monitor_rights.c \
	core/monitor/monitor_serve.c \
	core/monitor/monitor_status.c \
	core/monitor/monitor_upgrade.c core/monitor/monitor_upgrade.h \
	core/monitor/monitor_upgrade_state.c \
	core/monitor/monitor_web.c \
	core/monitor/monitor_why.c \
	core/monitor/monitor_worker.c \
	core/monitor/otp_codes.c core/monitor/otp_codes.h \
	core/monitor/pam_known.c core/monitor/pam_known.h \
	core/monitor/pam_side.c core/monitor/pam_side.h \
	core/monitor/penalty.c core/monitor/penalty.h \
	core/monitor/resolver_side.c core/monitor/resolver_side.h \
	core/monitor/running.c core/monitor/running.h \
	core/monitor/state_file.c core/monitor/state_file.h \
	core/monitor/tokens.c core/monitor/tokens.h \
	core/monitor/trial.c core/monitor/trial.h \
	core/monitor/web_listeners.c core/monitor/web_listeners.h \
	core/monitor/web_side.c core/monitor/web_side.h \
	core/monitor/worker_side.c core/monitor/worker_side.h

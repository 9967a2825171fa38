# SPDX-License-Identifier: BSD-2-Clause

# the monitor, the resolver, the password checkers; tests have them too
aditd_SOURCES += core/gateway/main.c $(monitor_sources)
monitor_sources = \
	core/gateway/account.c core/gateway/account.h \
	core/gateway/auth.c core/gateway/auth.h \
	core/gateway/checker.c \
	core/gateway/checkers.c core/gateway/checkers.h \
	core/gateway/child.c core/gateway/child.h \
	core/gateway/control_server.c core/gateway/control_server.h \
	core/gateway/control_socket.c core/gateway/control_socket.h \
	core/gateway/landlock.c core/gateway/landlock.h \
	core/gateway/guesses.c core/gateway/guesses.h \
	core/gateway/guesses_file.c \
	core/gateway/known.c core/gateway/known.h \
	core/gateway/listeners.c core/gateway/listeners.h \
	core/gateway/monitor.c core/gateway/monitor.h \
	core/gateway/monitor_control.c \
	core/gateway/monitor_daily.c \
	core/gateway/monitor_handover.c \
	core/gateway/monitor_names.c core/gateway/monitor_names.h \
	core/gateway/monitor_reload.c \
	core/gateway/monitor_rights.c \
	core/gateway/monitor_serve.c \
	core/gateway/monitor_status.c \
	core/gateway/monitor_upgrade.c \
	core/gateway/monitor_why.c \
	core/gateway/monitor_worker.c \
	core/gateway/msg.c core/gateway/msg.h \
	core/gateway/msg_rights.c core/gateway/msg_rights.h \
	core/gateway/penalty.c core/gateway/penalty.h \
	core/gateway/privs.c core/gateway/privs.h \
	core/gateway/dns.c core/gateway/dns.h \
	core/gateway/names.c core/gateway/names.h \
	core/gateway/nss.c core/gateway/nss.h \
	core/gateway/reply.c core/gateway/reply.h \
	core/gateway/resolver.c \
	core/gateway/sandbox.c core/gateway/sandbox.h \
	core/gateway/sanitized.h \
	core/gateway/setup.c core/gateway/setup.h \
	core/gateway/setup_plugins.c \
	core/gateway/setup_times.c \
	core/gateway/setup_users.c \
	core/gateway/stamp.c core/gateway/stamp.h \
	core/gateway/terminal.c core/gateway/terminal.h \
	core/gateway/trial.c core/gateway/trial.h \
	core/gateway/turns.c core/gateway/turns.h \
	core/gateway/why.c core/gateway/why.h \
	core/gateway/warnings.c core/gateway/warnings.h

aditctl_SOURCES += \
	core/gateway/aditctl.c core/gateway/ctl.h \
	core/gateway/control_socket.c core/gateway/control_socket.h \
	core/gateway/ctl_call.c \
	core/gateway/ctl_cell.c \
	core/gateway/ctl_check.c \
	core/gateway/ctl_init.c \
	core/gateway/ctl_invite.c \
	core/gateway/ctl_list.c \
	core/gateway/ctl_passwd.c \
	core/gateway/ctl_password.c \
	core/gateway/ctl_pin.c \
	core/gateway/ctl_reach.c core/gateway/ctl_reach.h \
	core/gateway/ctl_say.c \
	core/gateway/ctl_status.c \
	core/gateway/ctl_table.c \
	core/gateway/ctl_users.c core/gateway/ctl_users.h \
	core/gateway/ctl_why.c \
	core/gateway/dns.c core/gateway/dns.h \
	core/gateway/locals.c core/gateway/locals.h \
	core/gateway/why.c core/gateway/why.h

man_MANS += \
	docs/man/aditctl.8 docs/man/aditd.8 docs/man/aditd.ini.5

# the worker
aditd_SOURCES += \
	core/gateway/audit.c core/gateway/audit_event.c \
	core/gateway/dial.c core/gateway/dial.h core/gateway/dial_moved.c \
	core/gateway/door.c core/gateway/door.h core/gateway/door_moved.c \
	core/gateway/drain.c \
	core/gateway/expected.c core/gateway/expected.h \
	core/gateway/expected_moved.c core/gateway/expected_reverse.c core/gateway/expected_target.c \
	core/gateway/limits.c core/gateway/limits.h \
	core/gateway/outcome.c \
	core/gateway/quota.c core/gateway/quota.h \
	core/gateway/sums.c core/gateway/sums.h \
	core/gateway/front.c \
	core/gateway/front.h core/gateway/gates.c core/gateway/gchan.c \
	core/gateway/gchan.h core/gateway/gsession.c core/gateway/gsession.h \
	core/gateway/gsession_moved.c core/gateway/moved.h \
	core/gateway/inspection.c core/gateway/inspection.h \
	core/gateway/inspection_flow.c core/gateway/inspection_moved.c \
	core/gateway/locals.c core/gateway/locals.h core/gateway/login.c \
	core/gateway/lookup.c core/gateway/lookup.h core/gateway/mailbox.c \
	core/gateway/mailbox.h core/gateway/owner.c core/gateway/owner.h \
	core/gateway/move.c core/gateway/move.h core/gateway/move_in.c core/gateway/move_out.c \
	core/gateway/probes.c core/gateway/probes.h \
	core/gateway/recording.c core/gateway/recording.h \
	core/gateway/recording_events.c \
	core/gateway/registry.c core/gateway/registry.h \
	core/gateway/rights.c core/gateway/rights.h \
	core/gateway/resources.c core/gateway/snapshot.c \
	core/gateway/snapshot.h core/gateway/sources.c core/gateway/sources.h \
	core/gateway/visitor.c core/gateway/visitor.h \
	core/gateway/waiting.c core/gateway/waiting.h \
	core/gateway/watchdog.c core/gateway/watchdog.h \
	core/gateway/worker.c core/gateway/worker.h \
	core/gateway/worker_control.c core/gateway/worker_report.c

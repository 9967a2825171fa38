# SPDX-License-Identifier: BSD-2-Clause
# Samples go to the documentation: an administrator's files are never touched.
etc_made =
CLEANFILES += $(etc_made)
EXTRA_DIST += etc/aditd.ini.in etc/aditd.service.in etc/adit.tmpfiles.in \
	etc/adit.sysusers etc/adit.service.in

# configure knows these folders only as ${prefix}/..., make knows them whole.
$(etc_made): Makefile
	$(AM_V_at)$(MKDIR_P) etc
	$(AM_V_GEN)$(SED) -e 's|@sysconfdir[@]|$(sysconfdir)|g' \
		-e 's|@bindir[@]|$(bindir)|g' \
		-e 's|@sbindir[@]|$(sbindir)|g' -e 's|@rundir[@]|$(rundir)|g' \
		-e 's|@plugindir[@]|$(plugindir)|g' \
		-e 's|@langdir[@]|$(langdir)|g' \
		-e 's|@runname[@]|$(rundir:/run/%=%)|g' \
		-e 's|@statedir[@]|$(statedir)|g' \
		-e 's|@statename[@]|$(statedir:/var/lib/%=%)|g' \
		$(srcdir)/$@.in >$@.tmp && mv $@.tmp $@

if AGENT
dist_examples_DATA += etc/adit.ini
applicationsdir = $(datadir)/applications
dist_applications_DATA = etc/adit.desktop
systemduserunit_DATA = etc/adit.service etc/adit@.service
etc_made += etc/adit.service
CLEANFILES += etc/adit@.service
etc/adit.service: etc/adit.service.in
# A unit for each profile, the NAME of `adit up NAME`.
etc/adit@.service: etc/adit.service
	$(AM_V_GEN)$(SED) -e 's|^Description=.*|& %i|' -e 's|^Exec.*|& %i|' \
		etc/adit.service >$@
endif

if GATEWAY
dist_lang_DATA = etc/lang/de.ini
examples_DATA = etc/aditd.ini
dist_examples_DATA += etc/prometheus-alerts.yml etc/grafana-dashboard.json \
	etc/rsyslog-adit.conf
systemdunit_DATA = etc/aditd.service
etc_made += etc/aditd.ini etc/aditd.service etc/adit.tmpfiles
etc/aditd.ini: etc/aditd.ini.in
etc/aditd.service: etc/aditd.service.in
etc/adit.tmpfiles: etc/adit.tmpfiles.in

# systemd wants names that automake cannot give them.
install-data-local: etc/adit.tmpfiles
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)'
	$(INSTALL_DATA) $(srcdir)/etc/adit.sysusers '$(DESTDIR)$(sysusersdir)/adit.conf'
	$(INSTALL_DATA) etc/adit.tmpfiles '$(DESTDIR)$(tmpfilesdir)/adit.conf'
	$(MKDIR_P) '$(DESTDIR)$(plugindir)'

# A package makes the users itself.
install-data-hook:
	@test -n '$(DESTDIR)' || for name in adit adit-resolver \
		adit-checker adit-web adit-log; do \
		id $$name >/dev/null 2>&1 || \
			echo "Parts of aditd run as the user $$name, who does not exist yet:" \
			"useradd --system --no-create-home --shell /usr/sbin/nologin $$name"; done

uninstall-local:
	rm -f '$(DESTDIR)$(sysusersdir)/adit.conf' '$(DESTDIR)$(tmpfilesdir)/adit.conf'

check_PROGRAMS += tests/unit/etc/sample_test
TESTS += tests/unit/etc/sample_test
endif

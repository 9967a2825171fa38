# SPDX-License-Identifier: BSD-2-Clause
dist_doc_DATA += docs/audit.md docs/certificates.md docs/login.md \
	docs/many-gateways.md docs/monitoring.md \
	docs/protocols.md docs/shared-port.md docs/web.md
EXTRA_DIST += docs/conformance.md docs/design.md docs/interception.md
EXTRA_DIST += docs/glossary.md docs/protocol.md
EXTRA_DIST += docs/waits.md docs/performance.md docs/release.md
EXTRA_DIST += docs/threats.md docs/security.md
# Installed by kit/local.mk.
EXTRA_DIST += docs/plugin.md docs/plugin-nodes.md docs/tutorial
# Installed by the halves: see man_MANS.
EXTRA_DIST += docs/man

TESTS += tests/unit/etc/named_tests.py
EXTRA_DIST += tests/unit/etc/named_tests.py

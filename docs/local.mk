# SPDX-License-Identifier: BSD-2-Clause
dist_doc_DATA += docs/certificates.md
EXTRA_DIST += docs/conformance.md docs/design.md docs/protocol.md
EXTRA_DIST += docs/plugin.md docs/tutorial
dist_man_MANS += docs/man/adit-plugin-test.1 docs/man/adit-plugin.3

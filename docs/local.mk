# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += docs/conformance.md docs/design.md docs/protocol.md
EXTRA_DIST += docs/plugin.md

# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += docs/conformance.md
EXTRA_DIST += docs/plugin.md

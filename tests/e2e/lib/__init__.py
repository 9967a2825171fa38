# SPDX-License-Identifier: BSD-2-Clause
"""What the cases of tests/e2e share: processes, namespaces, servers, adit."""

# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += tools/lint tools/mkdir-p tools/test .ci/run tools/quickstart tools/quickstart-demo \
	tools/format \
	tools/packages tools/servers tools/ratchets tools/tangle tools/oracle-clients \
	tools/redis-clients tools/kafka-clients tools/at_once.bash tools/counts.bash

# SPDX-License-Identifier: BSD-2-Clause

# The kit: its command, the transcripts of parley, and that they notice when it is
# broken.
TESTS += tests/plugins/parley.sh tests/plugins/mutants.sh \
	tests/plugins/manual.sh tests/plugins/tool.sh tests/plugins/tutorial.py \
	tests/plugins/dcerpc.sh tests/plugins/ftp.sh tests/plugins/iscsi.sh tests/plugins/kafka.sh tests/plugins/ldap.sh tests/plugins/redis.sh tests/plugins/sqlnet.sh tests/plugins/abi.sh
dist_noinst_DATA += tests/plugins/parley.sh tests/plugins/mutants.sh \
	tests/plugins/manual.sh tests/plugins/tool.sh tests/plugins/tutorial.py \
	tests/plugins/dcerpc.sh tests/plugins/ftp.sh tests/plugins/iscsi.sh tests/plugins/kafka.sh tests/plugins/ldap.sh tests/plugins/redis.sh tests/plugins/sqlnet.sh tests/plugins/abi.sh \
	tests/plugins/v1/plugin.h tests/plugins/v1/added \
	tests/plugins/mutant.h tests/plugins/captive.c \
	tests/plugins/cluster.c tests/plugins/forbidden.h \
	tests/plugins/looper.c tests/plugins/maker.c \
	tests/plugins/parley tests/plugins/dcerpc tests/plugins/ftp tests/plugins/iscsi tests/plugins/kafka tests/plugins/ldap \
	tests/plugins/redis tests/plugins/sqlnet

# A folder.  Without this, make would build a program of parley.c for the tarball.
tests/plugins/parley:
	@:

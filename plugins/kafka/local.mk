# SPDX-License-Identifier: BSD-2-Clause
plugin_LTLIBRARIES += plugins/kafka/kafka.la
plugins_kafka_kafka_la_SOURCES = plugins/kafka/kafka.c \
	plugins/kafka/brokers.c plugins/kafka/brokers.h \
	plugins/kafka/layout.c plugins/kafka/layout.h \
	plugins/kafka/requests.c plugins/kafka/requests.h
plugins_kafka_kafka_la_LDFLAGS = $(plugin_ldflags)
plugins_kafka_kafka_la_LIBADD =
dist_noinst_DATA += plugins/kafka/README.md

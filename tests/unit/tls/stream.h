/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.h - a stream whose every byte is known, through a TLS connection. */
#ifndef ADIT_TEST_TLS_STREAM_H
#define ADIT_TEST_TLS_STREAM_H

#include "pair.h"

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

struct stream {
	size_t sent, seen;
};

/* The next n bytes to send; the next n that have come must be the right ones. */
const uint8_t *stream_next(struct stream *s, size_t n);
void stream_check(struct stream *s, const uint8_t *p, size_t n);
/* By rand(): up to `most`; a length of a record. */
size_t random_to(size_t most);
size_t some_size(void);
void send_some(struct tls *t, struct stream *s, size_t n);
/* All that is there; the value that ended it. */
int recv_all(struct tls *t, struct stream *s);

/* A raw peer and ours; ours is the server, or the client. */
struct mixed {
	struct gate g;
	struct tls_client *client;
	struct tls *t;
	struct raw r;
	struct stream to_tls, to_raw;
};

/* mixed_up leaves ours to GnuTLS as well; the other two calls do not. */
void mixed_up(struct mixed *m, bool ours_is_server);
void mixed_open(struct mixed *m, bool ours_is_server, const char *priorities);
void mixed_shake(struct mixed *m);
void mixed_down(struct mixed *m);
void raw_send(struct mixed *m, size_t n);
void raw_recv(struct mixed *m);
/* A KeyUpdate that wants one back. */
void raw_update(struct mixed *m);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* requests.h - reads the start of a request to a Kafka broker. */
#ifndef ADIT_KAFKA_REQUESTS_H
#define ADIT_KAFKA_REQUESTS_H

#include "layout.h"

struct request {
	uint64_t len; /* of all of it, the length field included */
	size_t head;  /* bytes at its start that say all of this */
	int api, version;
	uint32_t id;
	const char *client; /* its name, of nclient bytes; NULL: too long */
	size_t nclient;
	int layout;      /* of the reply, NO_LAYOUT: it holds no addresses */
	bool unanswered; /* a Produce that wants no reply */
};

enum request_result {
	REQUEST_OK,
	REQUEST_MORE, /* too few bytes; head may be wrong */
	REQUEST_NONE, /* it is too short for a request; only len is set */
	REQUEST_BAD,  /* this is no length of a request */
};

/* Reads the first n bytes of a request; `client` points into them. */
enum request_result request_read(struct request *r, const uint8_t *p, size_t n);
/* Whether the plugin has anything to do with it. */
bool request_matters(const struct request *r);
/* Whether this is the first request behind the bare tokens that a SaslHandshake
 * with this id has begun, and not one of these tokens. */
bool request_follows(const struct request *r, uint32_t id);
/* Whether it asks for bare tokens: SaslHandshake in its first version. */
bool request_is_bare(const struct request *r);
/* Whether the reply holds addresses at places that the plugin does not know. */
bool request_is_newer(const struct request *r);

#endif

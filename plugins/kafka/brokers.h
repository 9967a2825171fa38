/* SPDX-License-Identifier: BSD-2-Clause */
/* brokers.h - replaces the addresses of brokers in a reply. */
#ifndef ADIT_KAFKA_BROKERS_H
#define ADIT_KAFKA_BROKERS_H

#include "layout.h"

enum { BROKERS_MAX = 256 }; /* different ones that a reply may name */

/* A broker that a reply names, and what became of it. */
struct broker {
	struct adit_addr real, show;
	enum adit_result result;
	char why[160]; /* it is not shown */
};

struct brokers {
	struct found found;
	/* Which broker stands at each place; BROKERS_MAX: none of these. */
	uint16_t *who;
	struct broker *broker; /* `n` */
	size_t n;
};

/* Makes room for what a message with so many addresses has.  False: no memory.
 * brokers_fini frees it in both cases. */
bool brokers_init(struct brokers *b, size_t places);
void brokers_fini(struct brokers *b);
/* Asks for a listener for each broker that m names at b->found.place.  The
 * ports decide whether a broker may be asked for.  False: answers are missing
 * yet, return ADIT_HOLD. */
bool brokers_ask(struct adit_msg *m, struct brokers *b,
		 const struct adit_ports *ports);
/* Writes the message with the addresses of the agent's listeners, and with the
 * lengths for these.  If the reply's length is not in this message, it has been
 * sent already: then the addresses of NodeEndpoints are hidden, and clients
 * ask for Metadata instead.  `*changed` becomes the number of addresses that
 * were replaced or hidden.  False: no memory. */
bool brokers_write(struct adit_msg *m, const struct brokers *b,
		   const struct walk *w, bool head, size_t *changed);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* crowd.h - connections that wait before TLS begins, in a test. */
#ifndef ADIT_TESTS_FRONT_CROWD_H
#define ADIT_TESTS_FRONT_CROWD_H

#include "front/waiting.h"

enum {
	WAIT_ALL = 2048,
	WAIT_HOST = 512,
	IN_ALL = 1024,
	IN_HOST = 64,
	CROWD = WAIT_ALL / WAITING_CROWD,
	HELLO = 8,
};
/* A ClientHello as far as anybody looks here: its record has 3 bytes. */
extern const uint8_t hello[HELLO];

extern const struct waiting_limits limits;
extern struct loop loop;
extern struct waiting w;
extern uint16_t thrown; /* what the dice show */

/* Those who went inside, in their order, and what became of others. */
extern struct addr inside[4096];
extern unsigned ninside, ngone;
extern char last_gone[64];

/* The beginning and the end of a test; 203.0.113.1 is in shared_sources. */
void begin(void);
void end(void);
/* What there is to do now. */
void turn(void);
/* As if all had come so much earlier; what the timer does. */
void time_passes(uint64_t us);

/* Its end of a connection that came from there, as the gateway is told; -1: it
 * was turned away. */
int comes(const char *from);
int comes_as(const char *from, bool shared);
int comes_with(const char *from, bool shared, bool owes_header);
/* The first n bytes of its ClientHello. */
void says(int fd, size_t n);
/* Comes, says all it has to, and is inside or waits for its turn. */
int asks(const char *from);
/* One that was inside. */
void leaves(const char *from, bool paid);

#endif

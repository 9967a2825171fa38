/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.h - a front thread and its shards in one thread of the test, with the
 * test as its monitor.
 *
 *   agent -- socketpair, TLS --> front -- mail --> shards, whose loops run in
 *                                  |              front_rig_turn, no threads
 *                      socketpair to the test: the monitor
 *
 * Everything is the real code but the gateway's key, which signs in this
 * process.  No timer runs out by itself: front_rig_fire lets one. */
#ifndef ADIT_TEST_FRONT_RIG_H
#define ADIT_TEST_FRONT_RIG_H

#include "frame/frame.h"
#include "frame/payload.h"
#include "front/front.h"
#include "gateway/shard.h"

#include <check.h>

struct front_rig {
	struct worker worker;
	struct front front;
	int monitor;  /* the monitor's end */
	int resolver; /* the resolver's end of worker.names */
	struct front_listener listener;
	struct buf cert, key;
	struct tls_key *signer;
	char pin[TLS_PIN_TEXT];
};

/* A gateway "main" at 127.0.0.1:1 with users alice and bob, and two shards. */
extern const char front_rig_conf[];

void front_rig_begin(struct front_rig *);
void front_rig_end(struct front_rig *);
/* All loops, until nothing is left to do. */
void front_rig_turn(struct front_rig *);
/* This timer of the front runs out now. */
void front_rig_fire(struct front_rig *, ev_timer *);
/* A configuration as MSG_CONF brings it, with the rig's certificate and a memfd
 * in fds[0]; `listen` is the address of its listener, NULL: there is none. */
void front_rig_bundle(struct front_rig *, struct msg *, const char *conf,
		      const char *listen);

/* The next message to the monitor.  False: there is none. */
bool front_rig_heard(struct front_rig *, struct msg *);
/* Must be of that type. */
void front_rig_expect(struct front_rig *, struct msg *, enum msg_type);
/* From the monitor; the descriptors of the message are closed. */
void front_rig_tell(struct front_rig *, struct msg *);
/* The answer to a MSG_AUTH. */
void front_rig_verdict(struct front_rig *, uint32_t id, enum msg_verdict,
		       uint32_t wait_ms);

/* A session of this user, as after a login; `attached`: with a tunnel. */
struct registry_entry *front_rig_session(struct front_rig *, const char *user,
					 bool attached);

/* ---- an agent ------------------------------------------------------------ */

struct rig_agent {
	int fd;
	struct tls_client *client;
	struct tls *tls;
	bool up, ended;
	struct buf frames; /* received, not looked at yet */
	size_t used; /* bytes of them that front_rig_frame has given out */
};

/* Connects; returns once the handshake is through. */
void rig_agent_open(struct front_rig *, struct rig_agent *);
void rig_agent_close(struct rig_agent *);
void rig_agent_send(struct front_rig *, struct rig_agent *, struct frame,
		    const uint8_t *payload);
/* The next frame from the gateway.  False: there is none. */
bool rig_agent_frame(struct front_rig *, struct rig_agent *, struct frame *,
		     const uint8_t **payload);
/* LOGIN and ANSWER with a password of "secret"; *id is that of the MSG_AUTH. */
void rig_agent_login(struct front_rig *, struct rig_agent *, const char *user,
		     uint32_t *id);
/* A refused RESULT or ATTACHED must have come: its LEAVE_*. */
unsigned rig_agent_refused(struct front_rig *, struct rig_agent *,
			   enum frame_command, struct goodbye *);
/* The preauth that is there longest. */
struct preauth *rig_preauth(struct front_rig *);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.h - one inspected channel with a made-up owner, for tests. */
#ifndef ADIT_TEST_RIG_H
#define ADIT_TEST_RIG_H

#include "plugin/host.h"
#include "plugin/loader.h"

enum rig_answers { AT_ONCE, LATE, NEVER, DENIED, DENIED_LATE, FAILED_LATE };

enum { RIG_OUT = 1 << 17, RIG_QUEUE = 1 << 17, RIG_WAITING = 300 };

struct rig {
	struct plugin *plugin;
	struct adit_channel *ch;
	uint64_t now;
	enum rig_answers answers;
	enum adit_result outcome; /* of whatever was expected */
	bool lazy;                /* does not answer by itself */
	bool moves;               /* to another process, after each piece */
	const char *why;          /* what inspect_why is told, or NULL */
	uint32_t last_id;
	uint32_t waiting[RIG_WAITING];
	unsigned nwaiting;
	/* What has not been taken yet. */
	struct rig_queue {
		char data[RIG_QUEUE];
		size_t n, urgent;
		bool fin;
	} queue[2];
	/* What came out; an urgent byte has ^ before it, FIN is "|". */
	char out[2][RIG_OUT];
	size_t nout[2];
	bool ended[2];
	size_t consumed[2];
	char journal[4096]; /* what the channel asked for */
	char refused[256];  /* "HOST: WHY", of the last call of adit_expect */
};

extern const struct inspect_ops rig_ops; /* ctx is a struct rig */

/* Of a constant. */
struct rig *rig_new(const struct adit_plugin *def);
/* The rig takes the plugin, not conf. */
struct rig *rig_join(struct plugin *p, const void *conf);
void rig_free(struct rig *r);
/* Takes what comes out, offers what waits and gives answers until nothing
 * moves. */
void rig_settle(struct rig *r);
void rig_send(struct rig *r, enum adit_dir d, const void *p, size_t n,
	      size_t urgent);
void rig_fin(struct rig *r, enum adit_dir d);
void rig_answer(struct rig *r, uint32_t id);
void rig_pass_time(struct rig *r, unsigned ms);

/* One step of a conversation: "C text" from the client, "S text" from the
 * server, "C|" and "S|" their ends, "T 100" time passes, "A" gives the answers
 * that wait.  Ends with NULL. */
/* Sends each text in pieces: `piece` bytes each, or, with piece 0, cut once at
 * `cut`. */
void rig_play(struct rig *r, const char *const *script, size_t piece,
	      size_t cut);

/* Plays whole, byte by byte, in threes and cut at every offset, moving and not:
 * what comes out must be these, always. */
void rig_check(const struct adit_plugin *def, const char *const *script,
	       const char *to_server, const char *to_client);

#define TO_SERVER(r) ((r)->out[ADIT_TO_SERVER])
#define TO_CLIENT(r) ((r)->out[ADIT_TO_CLIENT])

#endif

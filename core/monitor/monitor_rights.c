/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_rights.c - whether users who have sessions may still have them, by
 * the users file of now. */
#include "monitor/attempt.h"
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "base/log.h"
#include "process/msg_rights.h"
#include "net/loop.h"
#include "policy/users.h"

#include <stdio.h>
#include <string.h>

enum { TELL_MS = 60 * 1000 };

/* The users file that was read last for one message, and whether it could
 * be. */
struct users_reading {
	const char *file; /* NULL: none yet */
	struct users users;
	int err;
};

static void rights_complain(struct monitor *m, const struct conf_errors *e)
{
	uint64_t now = clock_now_us() / 1000;

	if (m->users_told && now - m->users_told < TELL_MS)
		return;
	m->users_told = now;
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_ERROR, NULL, "%s", e->text[i]);
	log_msg(LOG_ERROR, NULL,
		"aditd cannot tell whether users may keep their sessions, "
		"which go on: repair the users file named above, then call "
		"aditctl reload");
}

/* Reads the users file, unless it is the one that was read for the question
 * before: most questions of one message are about one file. */
static void look_at(struct monitor *m, struct users_reading *r,
		    const char *file)
{
	struct conf_errors e = { .file = file };

	if (r->file && !strcmp(r->file, file))
		return;
	users_fini(&r->users);
	r->file = file;
	r->err = users_read(&r->users, &e);
	if (r->err)
		rights_complain(m, &e);
}

/* What the method goes by is added to `evidence`. */
static int judge_method(enum auth_method m, struct right *r,
			char evidence[EVIDENCE_MAX])
{
	const struct method *method = method_of(m);
	int ret = 0;

	r->what = "";
	if (!method || !method->still)
		ret = ERR_DENIED;
	else if (m != METHOD_PAM)
		ret = method->still(r);
	return ret ? ret : evidence_add(evidence, m, r->what);
}

/* Whether the session was made by this alternative, and would be now: 0,
 * ERR_DENIED or ERR_AGAIN.  PAM, which takes a process to be asked and a place
 * where its answer is kept, is asked last, of users whose stamp this monitor
 * has made: a worker that has been taken over may ask about anybody. */
static int judge_set(const struct monitor *m, unsigned set, struct right *r)
{
	uint8_t now[STAMP_LEN];
	char evidence[EVIDENCE_MAX] = "";
	int ret = 0;

	r->groups[0] = 0;
	r->set = set;
	for (unsigned i = 0; i < METHODS && !ret; i++)
		if (set & METHOD_BIT(i))
			ret = judge_method((enum auth_method)i, r, evidence);
	stamp_make(now, m->stamp_key, r->user, evidence);
	tls_wipe(evidence, sizeof evidence);
	if (!ret && !tls_same(r->stamp, now, STAMP_MAC))
		ret = ERR_DENIED;
	if (!ret && set & METHOD_BIT(METHOD_PAM))
		ret = method_of(METHOD_PAM)->still(r);
	return ret;
}

static void rights_judge(const struct monitor *m, const struct gw_gateway *g,
			 const struct users_reading *u,
			 const struct msg_right *q, struct msg_rights_are *a)
{
	const struct monitor_config *config = m->now.config;
	struct right r = {
		.auth = m->auth,
		.conf = config->conf,
		.gateway = q->gateway,
		.user = q->user,
		.line = users_find(&u->users, q->user),
		.client = config->gateways[g - config->conf->gateways].client,
		.stamp = q->stamp
	};

	a->verdict = RIGHTS_LOST;
	for (unsigned i = 0; i < g->auth_rule.n && a->verdict != RIGHTS_KEPT;
	     i++) {
		int ret = judge_set(m, g->auth_rule.set[i], &r);

		if (ret == ERR_AGAIN)
			a->verdict = RIGHTS_UNKNOWN;
		if (ret)
			continue;
		a->verdict = RIGHTS_KEPT;
		snprintf(a->groups, sizeof a->groups, "%s", r.groups);
	}
}

void monitor_rights_of(struct monitor *m, const struct msg_right *q,
		       struct msg_rights_are *a)
{
	const struct gw_gateway *g = gw_conf_gateway(m->now.config->conf,
						     q->gateway);
	struct users_reading r = { .file = NULL };

	*a = (struct msg_rights_are){ .verdict = RIGHTS_UNKNOWN };
	if (g)
		look_at(m, &r, g->users);
	if (g && !r.err)
		rights_judge(m, g, &r, q, a);
	users_fini(&r.users);
}

static void rights_answer(struct monitor *m, struct users_reading *r,
			  const struct msg_right *q)
{
	const struct gw_gateway *g = gw_conf_gateway(m->now.config->conf,
						     q->gateway);
	struct msg_rights_are a = { .verdict = RIGHTS_UNKNOWN };
	struct msg msg = { .type = MSG_RIGHTS_ARE, .id = q->id };

	if (g)
		look_at(m, r, g->users);
	if (g && !r->err)
		rights_judge(m, g, r, q, &a);
	msg.len = pack_msg_rights_are(msg.data, sizeof msg.data, &a);
	/* A worker that has ended has no sessions either. */
	if (worker_side_send(m->worker, &msg))
		log_msg(LOG_DEBUG, NULL,
			"the worker is not told whether %s may keep sessions: "
			"it has ended",
			q->user);
}

int monitor_rights_answer(struct monitor *m, const struct msg *msg)
{
	struct msg_right q[RIGHTS_AT_ONCE];
	struct users_reading r = { .file = NULL };
	unsigned n;
	int ret = unpack_msg_rights(q, &n, msg->data, msg->len);

	if (ret)
		return ret;
	for (unsigned i = 0; i < n; i++)
		rights_answer(m, &r, &q[i]);
	users_fini(&r.users);
	return 0;
}

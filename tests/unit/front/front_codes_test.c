/* SPDX-License-Identifier: BSD-2-Clause */
/* front_codes_test.c - a session's one-time code goes to the monitor with the
 * stamp of its login, and the answer to that session alone. */
#include "front/rig.h"

#include "gateway/gsession.h"
#include "suite.h"

#include <string.h>

static struct front_rig r;

static struct gsession *session_of_entry(const struct registry_entry *e)
{
	struct shard *shard = shard_of(&r.worker, e->session);

	return list_first(&shard->sessions, struct gsession, node);
}

/* As codes.c asks. */
static void asks(struct gsession *gs, const char *code)
{
	struct mail_code *m = calloc(1, sizeof *m);

	gs->codes.state = CODES_CHECKING;
	m->to = &r.front;
	m->session = gs->id;
	m->question = ++gs->codes.question;
	ck_assert(!addr_parse_port(&m->source, "192.0.2.1:5000"));
	memcpy(m->code, code, strlen(code));
	mailbox_post(&r.worker.box, &m->mail, r.worker.front_ops->code);
	front_rig_turn(&r);
}

static void says(uint32_t id, uint8_t verdict)
{
	const struct msg_code_is is = { .verdict = verdict };
	struct msg m = { .type = MSG_CODE_IS, .id = id };

	m.len = pack_msg_code_is(m.data, sizeof m.data, &is);
	front_codes_answered(&r.front, &m);
	front_rig_turn(&r);
}

START_TEST(to_the_monitor_and_back)
{
	struct registry_entry *e;
	struct gsession *gs;
	struct msg_code c;
	struct msg m;

	front_rig_begin(&r);
	e = front_rig_session(&r, "alice", true);
	e->stamp[0] = 77;
	gs = session_of_entry(e);
	asks(gs, "123456");
	front_rig_expect(&r, &m, MSG_CODE);
	ck_assert(!unpack_msg_code(&c, m.data, m.len));
	ck_assert_str_eq(c.who.user, "alice");
	ck_assert_str_eq(c.who.gateway, "main");
	ck_assert_uint_eq(c.who.stamp[0], 77);
	ck_assert_str_eq(c.code, "123456");
	says(m.id + 1, CODE_RIGHT);
	ck_assert(!gs->codes.proven);
	says(m.id, CODE_RIGHT);
	ck_assert(gs->codes.proven);
	gs->codes.proven = false;
	says(m.id, CODE_RIGHT); /* a second time: nobody has asked */
	ck_assert(!gs->codes.proven);
	front_rig_end(&r);
}
END_TEST

START_TEST(a_session_that_has_ended)
{
	struct registry_entry *e;
	struct msg m;

	front_rig_begin(&r);
	e = front_rig_session(&r, "alice", true);
	asks(session_of_entry(e), "123456");
	front_rig_expect(&r, &m, MSG_CODE);
	registry_remove(&r.front.registry, e);
	says(m.id, CODE_RIGHT);
	ck_assert(list_is_empty(&r.front.codes));
	front_rig_end(&r);
}
END_TEST

/* What nobody has answered is freed at the end. */
START_TEST(without_an_answer)
{
	front_rig_begin(&r);
	asks(session_of_entry(front_rig_session(&r, "alice", true)), "1");
	ck_assert(!list_is_empty(&r.front.codes));
	front_rig_end(&r);
}
END_TEST

SUITE("front/front_codes", to_the_monitor_and_back, a_session_that_has_ended,
      without_an_answer)

/* SPDX-License-Identifier: BSD-2-Clause */
/* rules_test.c - what a plugin may not do, and what rolls back. */
#include "puppet.h"
#include "rig.h"

#include "suite.h"

#include <string.h>

static void say(struct rig *r, enum adit_dir d, const char *text)
{
	rig_send(r, d, text, strlen(text), 0);
}

START_TEST(can_is_enforced)
{
	static const struct {
		uint32_t can;
		const char *text, *why;
	} t[] = {
		{ 0, "say x\n", "rewrote a message without ADIT_CAN_REWRITE" },
		{ 0, "drop\n", "dropped a message without ADIT_CAN_REWRITE" },
		{ 0, "inj x\n", "injected bytes without ADIT_CAN_INJECT" },
		{ ADIT_CAN_REVERSE, "exp 10.0.0.5 5\n",
		  "asked for a forward "
		  "connection without ADIT_CAN_FORWARD" },
		{ ADIT_CAN_FORWARD, "rev 10.0.0.5 5\n",
		  "asked for a reverse "
		  "connection without ADIT_CAN_REVERSE" },
		{ ADIT_CAN_FORWARD, "shr 10.0.0.5 5\n",
		  "used ADIT_SHARED without ADIT_CAN_SHARED" },
		{ ADIT_CAN_FORWARD | ADIT_CAN_SHARED, "kee 10.0.0.5 5\n",
		  "used ADIT_KEEP_PORT without ADIT_SHARED" },
		{ ADIT_CAN_REVERSE | ADIT_CAN_SHARED, "odr 10.0.0.5 5\n",
		  "used ADIT_SHARED together with ADIT_REVERSE or "
		  "ADIT_UNARMED" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct adit_plugin p = puppet;
		struct rig *r;

		p.can = t[i].can;
		r = rig_new(&p);
		say(r, ADIT_TO_SERVER, "fine\n");
		say(r, ADIT_TO_SERVER, t[i].text);
		ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
		ck_assert_str_eq(inspect_reason(r->ch) +
					 strlen("plugin puppet "),
				 t[i].why);
		ck_assert_str_eq(TO_SERVER(r), "fine\n");
		ck_assert_str_eq(r->journal, "");
		rig_free(r);
	}
}
END_TEST

START_TEST(nothing_declared_nothing_changed)
{
	struct adit_plugin p = puppet;

	p.can = 0;
	rig_check(&p,
		  (const char *const[]){ "C a\n$003xyz", "S wake\nb\n", NULL },
		  "a\n$003xyz", "wake\nb\n");
}
END_TEST

START_TEST(rollback)
{
	struct rig *r = rig_new(&puppet);

	r->answers = LATE;
	r->lazy = true;
	/* Three replays; the state counts each message once. */
	say(r, ADIT_TO_CLIENT, "more 1\ntimes\n");
	for (uint32_t id = 1; id <= 3; id++)
		rig_answer(r, id);
	ck_assert_str_eq(TO_CLIENT(r), "");
	r->answers = FAILED_LATE;
	rig_answer(r, 4);
	rig_settle(r);
	ck_assert_str_eq(TO_CLIENT(r), "failed\ntimes 2\n");
	rig_free(r);
}
END_TEST

static enum adit_verdict busy_then_hold(struct adit_msg *m)
{
	if (m->pass == 0) {
		adit_inject(m->ch, ADIT_TO_SERVER, "lost", 4);
		adit_inject(m->ch, ADIT_TO_CLIENT, "lost", 4);
		adit_count(m->ch, 0, 1);
		adit_audit(m->ch, "lost", "x");
		adit_event(m->ch, 0,
			   (const char *const[]){ "lost", "x", NULL });
		adit_timer(m->ch, 50);
		adit_cancel(m->ch, 9);
		adit_ignore(m->ch, ADIT_TO_CLIENT);
		adit_rewrite(m, "lost", 4);
		adit_log(m->ch, ADIT_INFO, "at once");
		return adit_word(m, "hold") ? ADIT_HOLD : ADIT_CLOSE;
	}
	adit_count(m->ch, 1, 5);
	adit_audit(m->ch, "kept", "a \"b\"\n");
	adit_event(m->ch, 3,
		   (const char *const[]){ "command", "a \"b\"\n", "result", "",
					  NULL });
	return ADIT_PASS;
}

/* Every answer of the server, but "end", is dropped, and it is asked again; what
 * the application asks is answered here. */
static enum adit_verdict ask_again(struct adit_msg *m)
{
	if (m->dir == ADIT_TO_SERVER && m->data[0] != 'p') {
		adit_inject(m->ch, ADIT_TO_CLIENT, "no\n", 3);
		return ADIT_DROP;
	}
	if (m->dir == ADIT_TO_SERVER || adit_word(m, "end"))
		return ADIT_PASS;
	adit_inject(m->ch, ADIT_TO_SERVER, "again\n", 6);
	return m->data[0] == 'r' ? adit_rewrite(m, "", 0) : ADIT_DROP;
}

/* So many answers, `ms` after each other; whether the channel lives. */
static bool bears(struct rig *r, const char *answer, unsigned n, unsigned ms)
{
	while (n--) {
		r->nout[0] = r->nout[1] = 0;
		rig_pass_time(r, ms);
		say(r, ADIT_TO_CLIENT, answer);
	}
	return inspect_status(r->ch) == INSPECT_RUN;
}

START_TEST(a_circle_is_ended)
{
	static const char *const answers[] = { "more\n", "rewritten\n" };
	struct adit_plugin p = puppet;

	p.message = ask_again;
	for (unsigned i = 0; i < ARRAY_LEN(answers); i++) {
		struct rig *r = rig_new(&p);

		ck_assert(bears(r, answers[i], 1000, 0));
		ck_assert(!bears(r, answers[i], 1, 0));
		ck_assert_str_eq(inspect_reason(r->ch),
				 "plugin puppet goes in a circle: within a "
				 "minute it has dropped 1000 answers of the "
				 "server and asked again, and nothing has "
				 "passed");
		rig_free(r);
	}
}
END_TEST

START_TEST(what_is_no_circle_goes_on)
{
	static const char *const passes[][2] = {
		{ "", "end\n" },
		{ "pass\n", "" },
		{ "", "$003abc" },
	};
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = ask_again;
	/* Something passes, in either direction. */
	for (unsigned i = 0; i < ARRAY_LEN(passes); i++) {
		r = rig_new(&p);
		ck_assert(bears(r, "more\n", 1000, 0));
		say(r, ADIT_TO_SERVER, passes[i][0]);
		say(r, ADIT_TO_CLIENT, passes[i][1]);
		ck_assert(bears(r, "more\n", 1000, 0));
		rig_free(r);
	}
	/* The server keeps the connection alive, and is answered. */
	r = rig_new(&p);
	ck_assert(bears(r, "more\n", 3000, 100));
	rig_free(r);
	/* The application asks for what it must not. */
	r = rig_new(&p);
	for (unsigned i = 0; i < 3000; i++)
		say(r, ADIT_TO_SERVER, "refused\n");
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RUN);
	rig_free(r);
}
END_TEST

START_TEST(held_calls_do_not_count)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = busy_then_hold;
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "hold\n");
	ck_assert_uint_eq(inspect_deadline(r->ch), INSPECT_NEVER);
	rig_fin(r, ADIT_TO_CLIENT);
	ck_assert_str_eq(TO_SERVER(r), "hold\n");
	ck_assert_str_eq(TO_CLIENT(r), "|");
	ck_assert_int_eq(plugin_total(r->plugin, 0), 0);
	ck_assert_int_eq(plugin_total(r->plugin, 1), 5);
	ck_assert_str_eq(r->journal,
			 "log at once;kept=\"a 'b'\\x0a\";"
			 "event 3 command=\"a 'b'\\x0a\" result=\"\";");
	rig_free(r);
}
END_TEST

START_TEST(closed_calls_do_not_count)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = busy_then_hold;
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "close\n");
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_int_eq(plugin_total(r->plugin, 0), 0);
	ck_assert_str_eq(r->journal, "log at once;");
	rig_free(r);
}
END_TEST

static enum adit_verdict close_after_asking(struct adit_msg *m)
{
	struct adit_addr at, show;
	struct adit_expect want = { .size = sizeof(want),
				    .targets = &at,
				    .ntargets = 1 };
	uint32_t id;

	if (adit_addr_parse(&at, "10.0.0.5", 5))
		return ADIT_CLOSE;
	if (adit_word(m, "flag"))
		want.flags = 1u << 30;
	if (adit_word(m, "small"))
		want.size = 8;
	if (adit_word(m, "none"))
		want.ntargets = 0;
	if (adit_expect(m, &want, &show, &id) == ADIT_FAILED)
		return adit_rewritef(m, "failed\n");
	return adit_word(m, "drop")   ? ADIT_DROP :
	       adit_word(m, "finish") ? ADIT_FINISH :
					ADIT_CLOSE;
}

START_TEST(expectations_of_the_verdicts)
{
	static const struct {
		const char *text, *journal;
	} t[] = {
		{ "close\n", "forward 10.0.0.5:5 = 1;withdraw 1;" },
		{ "finish\n", "forward 10.0.0.5:5 = 1;" },
		{ "drop\n", "forward 10.0.0.5:5 = 1;" },
		{ "flag\n", "" },
		{ "small\n", "" },
		{ "none\n", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct adit_plugin p = puppet;
		struct rig *r;

		p.message = close_after_asking;
		r = rig_new(&p);
		say(r, ADIT_TO_SERVER, t[i].text);
		ck_assert_str_eq(r->journal, t[i].journal);
		rig_free(r);
	}
}
END_TEST

START_TEST(waiting_at_the_verdict_is_withdrawn)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = close_after_asking;
	r = rig_new(&p);
	r->answers = LATE;
	say(r, ADIT_TO_SERVER, "drop\n");
	ck_assert_str_eq(r->journal, "forward 10.0.0.5:5 = 1;withdraw 1;");
	rig_free(r);
}
END_TEST

static enum adit_verdict scribble(struct adit_msg *m)
{
	if (adit_word(m, "scribble"))
		((uint8_t *)(uintptr_t)m->data)[0] = 'S';
	return ADIT_PASS;
}

START_TEST(messages_are_not_to_be_written)
{
	static const struct inspect_info info = { .exact = true };
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = scribble;
	r = rig_new(&p);
	inspect_free(r->ch);
	r->ch = inspect_new(r->plugin, NULL, &info, &rig_ops, r);
	ck_assert_ptr_nonnull(r->ch);
	say(r, ADIT_TO_SERVER, "good\n");
	ck_assert_str_eq(TO_SERVER(r), "good\n");
	say(r, ADIT_TO_SERVER, "scribble\n");
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	ck_assert_ptr_nonnull(strstr(inspect_reason(r->ch), "adit_rewrite"));
	rig_free(r);
}
END_TEST

static enum adit_verdict too_much(struct adit_msg *m)
{
	static const char big[300 << 10];

	if (adit_word(m, "calls"))
		for (int i = 0; i < 1000; i++)
			adit_arm(m->ch, 1);
	if (adit_word(m, "long"))
		return adit_rewrite(m, big, sizeof(big));
	if (adit_word(m, "counter"))
		adit_count(m->ch, 2, 1);
	if (adit_word(m, "key"))
		adit_audit(m->ch, "a b", "c");
	if (adit_word(m, "event"))
		adit_event(m->ch, 0, (const char *const[]){ "a b", "c", NULL });
	if (adit_word(m, "nothing"))
		adit_event(m->ch, 0, (const char *const[]){ NULL });
	if (adit_word(m, "inject"))
		return adit_inject(m->ch, m->dir, big, sizeof(big)) ?
			       ADIT_PASS :
			       ADIT_CLOSE;
	return ADIT_PASS;
}

START_TEST(limits)
{
	static const char *const bad[] = { "calls\n", "long\n",  "counter\n",
					   "key\n",   "event\n", "nothing\n" };
	struct adit_plugin p = puppet;
	struct rig *r;

	p.message = too_much;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		r = rig_new(&p);
		say(r, ADIT_TO_SERVER, bad[i]);
		ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
		ck_assert_str_eq(r->journal, "");
		rig_free(r);
	}
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "inject\n");
	ck_assert_str_eq(TO_SERVER(r), "inject\n");
	rig_free(r);
}
END_TEST

static int64_t frame_that_acts(struct adit_channel *ch, const uint8_t *p,
			       size_t n)
{
	adit_timer(ch, 5);
	ck_assert_int_eq(adit_inject(ch, ADIT_TO_CLIENT, "x", 1), -1);
	return adit_frame_line(ch, p, n);
}

START_TEST(framing_may_only_look)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.frame[0] = frame_that_acts;
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "a\n");
	ck_assert_str_eq(TO_SERVER(r), "a\n");
	ck_assert_str_eq(TO_CLIENT(r), "");
	ck_assert_uint_eq(inspect_deadline(r->ch), INSPECT_NEVER);
	ck_assert_ptr_nonnull(strstr(r->journal, "was ignored"));
	rig_free(r);
}
END_TEST

static enum adit_verdict open_word(struct adit_channel *ch)
{
	adit_inject(ch, ADIT_TO_CLIENT, "hello\n", 6);
	adit_timer(ch, 70);
	return *adit_user(ch) == 'a' ? ADIT_PASS : ADIT_CLOSE;
}

static enum adit_verdict open_hold(struct adit_channel *ch)
{
	(void)ch;
	return ADIT_HOLD;
}

static enum adit_verdict open_detach(struct adit_channel *ch)
{
	(void)ch;
	return ADIT_DETACH;
}

static void close_word(struct adit_channel *ch)
{
	adit_audit(ch, "bye", "now");
	adit_inject(ch, ADIT_TO_CLIENT, "x", 1);
}

START_TEST(open_and_close)
{
	struct adit_plugin p = puppet;
	struct rig *r;

	p.open = open_word;
	p.close = close_word;
	r = rig_new(&p);
	rig_settle(r);
	ck_assert_str_eq(TO_CLIENT(r), "hello\n");
	ck_assert_uint_eq(inspect_deadline(r->ch), 1070);
	inspect_free(r->ch);
	r->ch = NULL;
	ck_assert_str_eq(r->journal, "bye=\"now\";");
	rig_free(r);
	p.open = open_detach;
	r = rig_new(&p);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_DETACHED);
	rig_free(r);
	p.open = open_hold;
	r = rig_new(&p);
	ck_assert_int_eq(inspect_status(r->ch), INSPECT_RESET);
	rig_free(r);
}
END_TEST

static struct adit_channel *kin;

static enum adit_verdict look_at_parent(struct adit_msg *m)
{
	struct adit_channel *parent = adit_parent(m->ch);

	ck_assert_ptr_eq(parent, kin);
	ck_assert_uint_eq(adit_tag(m->ch), 7);
	if (parent) {
		/* Another channel's callback is not running. */
		ck_assert_int_eq(adit_inject(parent, m->dir, "x", 1), -1);
		adit_ignore(parent, m->dir);
		adit_count(parent, 77, 1);
	}
	return ADIT_PASS;
}

START_TEST(parent_may_end_first)
{
	struct adit_plugin p = puppet;
	struct rig *r = rig_new(&puppet), *c;
	struct inspect_info info = { .user = "alice",
				     .tag = 7,
				     .parent = r->ch };

	p.message = look_at_parent;
	c = rig_new(&p);
	inspect_free(c->ch);
	kin = r->ch;
	c->ch = inspect_new(c->plugin, NULL, &info, &rig_ops, c);
	inspect_start(c->ch);
	say(c, ADIT_TO_SERVER, "a\n");
	say(r, ADIT_TO_SERVER, "say b\n");
	ck_assert_str_eq(TO_SERVER(r), "b\n");
	rig_free(r);
	kin = NULL;
	say(c, ADIT_TO_SERVER, "b\n");
	ck_assert_str_eq(TO_SERVER(c), "a\nb\n");
	rig_free(c);
}
END_TEST

static enum adit_verdict words(struct adit_msg *m)
{
	ck_assert(adit_word(m, "pasv"));
	ck_assert(adit_word(m, "PASV"));
	ck_assert(!adit_word(m, "PAS"));
	ck_assert(!adit_word(m, "PASVX"));
	ck_assert(!adit_word(m, "PASV a longer one than the line"));
	return adit_rewritef(m, "%s %d\n", "ok", 42);
}

START_TEST(helpers)
{
	struct adit_plugin p = puppet;
	struct adit_ports ports = { 2, (struct adit_port_range[]){
					       { 21, 21 }, { 1024, 65535 } } };
	struct rig *r;

	p.message = words;
	r = rig_new(&p);
	say(r, ADIT_TO_SERVER, "Pasv\r\n");
	say(r, ADIT_TO_SERVER, "PASV 1\n");
	ck_assert_str_eq(TO_SERVER(r), "ok 42\nok 42\n");
	rig_free(r);
	ck_assert(adit_ports_has(&ports, 21));
	ck_assert(adit_ports_has(&ports, 65535));
	ck_assert(!adit_ports_has(&ports, 22));
}
END_TEST

START_TEST(addresses)
{
	struct adit_addr a, b;
	struct addr lit;

	ck_assert_int_eq(adit_addr_parse(&a, "::ffff:10.0.0.5", 80), 0);
	ck_assert_str_eq(a.host, "10.0.0.5");
	ck_assert_int_eq(a.family, AF_INET);
	ck_assert_int_eq(adit_addr_parse(&b, "10.0.0.5", 81), 0);
	ck_assert(adit_addr_same_host(&a, &b));
	ck_assert_int_eq(adit_addr_parse(&a, "2001:DB8:0::1", 80), 0);
	ck_assert_int_eq(adit_addr_parse(&b, "2001:db8::1", 80), 0);
	ck_assert(adit_addr_same_host(&a, &b));
	ck_assert_int_eq(adit_addr_parse(&a, "Db1.Example", 80), 0);
	ck_assert_int_eq(a.family, AF_UNSPEC);
	ck_assert_int_eq(inspect_addr_to(&lit, &a), -11);
	ck_assert(!adit_addr_same_host(&a, &b));
	ck_assert(!adit_addr_same_host(&b, &a));
	ck_assert_int_eq(adit_addr_parse(&b, "db1.example", 9), 0);
	ck_assert(adit_addr_same_host(&a, &b));
	ck_assert_int_eq(adit_addr_parse(&a, "rac-1_vip.corp.", 1), 0);
	ck_assert_int_eq(adit_addr_parse(&a, "1.2.3", 80), -1);
	ck_assert_int_eq(adit_addr_parse(&a, "1.2.3.4.", 80), -1);
	ck_assert_int_eq(adit_addr_parse(&a, "", 80), -1);
	ck_assert_int_eq(adit_addr_parse(&a, "a b", 80), -1);
	ck_assert_int_eq(adit_addr_parse(&a, "a", 65536), -1);
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	ck_assert(!adit_addr_same_host(&a, &b));
}
END_TEST

SUITE("plugin/rules", can_is_enforced, nothing_declared_nothing_changed,
      rollback, a_circle_is_ended, what_is_no_circle_goes_on,
      held_calls_do_not_count, closed_calls_do_not_count,
      expectations_of_the_verdicts, waiting_at_the_verdict_is_withdrawn, limits,
      messages_are_not_to_be_written, framing_may_only_look, open_and_close,
      parent_may_end_first, helpers, addresses)

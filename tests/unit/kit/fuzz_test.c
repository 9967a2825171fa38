/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_test.c - what the fuzzer makes of bytes, and what it notices. */
#include "kit/fuzz.h"
#include "kit/fuzz_inside.h"
#include "kit/random.h"

#include "../plugin/puppet.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

static char why[FUZZ_WHY];

static bool run(const struct adit_plugin *def, const void *p, size_t n)
{
	struct plugin *plugin = plugin_adopt(def, def->name, why, sizeof(why));
	struct inspect_info info = { .user = "alice" };
	uint8_t *map = calloc(1, FUZZ_MAP);
	struct fuzz_setting s = { plugin, NULL, &info, map };
	bool good;

	ck_assert_msg(plugin && map, "%s", why);
	ck_assert(!adit_addr_parse(&info.server, "10.0.0.5", 7000));
	good = fuzz_run(&s, p, n, why, sizeof(why));
	plugin_unload(plugin);
	free(map);
	return good;
}

static struct transcript *parse(const char *text)
{
	static struct conf_errors e;
	struct transcript *t;

	e = (struct conf_errors){ .file = "x.t" };
	t = transcript_parse(text, strlen(text), &e);
	ck_assert_msg(t, "%s", e.text[0]);
	return t;
}

START_TEST(steps)
{
	static const size_t sizes[] = {
		1,   24, 25, 26, 280, 281, FUZZ_INPUT_MAX, FUZZ_INPUT_MAX + 1,
		5000
	};
	static uint8_t text[5000];
	struct fuzz_step s, got;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct buf b = { 0 };
		const uint8_t *p;
		size_t n, sum = 0;

		s = (struct fuzz_step){ .op = FUZZ_SERVER,
					.data = text,
					.n = sizes[i] };
		ck_assert_int_eq(fuzz_step_put(&b, &s), 0);
		p = buf_ptr(&b);
		n = buf_len(&b);
		while (fuzz_step_take(&p, &n, &got)) {
			ck_assert_int_eq(got.op, FUZZ_SERVER);
			sum += got.n;
		}
		ck_assert_uint_eq(sum, sizes[i]);
		buf_fini(&b);
	}
}
END_TEST

START_TEST(transcripts)
{
	struct transcript *t = parse(
		"C! a\\n\n"
		"expect forward a:1 = b:2\nexpect forward a:1 = denied\n"
		"S b\nexpect forward a:1 = late b:2\nC|\ntime 1s\nanswer\n");
	struct buf once = { 0 }, late = { 0 };

	ck_assert_int_eq(fuzz_from_transcript(&once, t, false), 0);
	ck_assert_int_eq(fuzz_from_transcript(&late, t, true), 0);
	ck_assert_mem_eq(buf_ptr(&once),
			 "\x15\x06\x08"
			 "a\n"
			 "\x0d\x01"
			 "b"
			 "\x02\x14\x03",
			 buf_len(&once));
	ck_assert_mem_eq(buf_ptr(&late),
			 "\x0d\x06\x08"
			 "a\n"
			 "\x03\x13"
			 "\x01"
			 "b"
			 "\x02\x14\x03",
			 buf_len(&late));
	buf_fini(&once);
	buf_fini(&late);
	transcript_free(t);
}
END_TEST

/* Whatever a plugin is told to do, the engine loses nothing. */
START_TEST(nothing_is_lost)
{
	static const char text[] =
		"C inj a\\ndrop\\nsay b\\nexp h.example 5\\n\n"
		"S inx c\\nno d\\n$12345\n+ 6789\\nwait\\n\n"
		"C wake\\nhold\\nrev 10.0.0.1 7\\ntwo 1 2\\ntimer 50\\n\nC|\n"
		"S flip 4\\nskip 7\\nab\nC inx x\\n\n+ cdef\\ngone 3\\nghi\n"
		"S flip 4\\nmore 1\\nurge xy\\naudit x\\n\ntime 1s\n"
		"S ignore\\n!\\ndetach\\nbye e\\n\n";
	struct transcript *t = parse(text);
	struct fuzz_words words = { 0 };
	struct buf seed = { 0 }, in = { 0 };
	uint64_t random = random_start(1);

	ck_assert_int_eq(fuzz_words_add(&words, t), 0);
	ck_assert_int_eq(fuzz_from_transcript(&seed, t, true), 0);
	for (unsigned i = 0; i < suite_rounds(1500); i++) {
		struct adit_plugin p = puppet;

		p.flags = i % 2 ? ADIT_URGENT_APART : 0;
		ck_assert_int_eq(
			fuzz_mutate(&in, &seed, &seed, &words, &random), 0);
		ck_assert_msg(run(&p, buf_ptr(&in), buf_len(&in)), "%s", why);
		buf_fini(&in);
	}
	fuzz_words_fini(&words);
	buf_fini(&seed);
	transcript_free(t);
}
END_TEST

/* ---- bad plugins ----------------------------------------------------------------- */

static enum adit_verdict pass(struct adit_msg *m)
{
	(void)m;
	return ADIT_PASS;
}

static int64_t frame_writes(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	((uint8_t *)adit_state(ch))[0] = (uint8_t)n;
	return adit_frame_line(ch, p, n);
}

static int64_t frame_moody(struct adit_channel *ch, const uint8_t *p, size_t n)
{
	static unsigned calls;

	(void)ch;
	(void)p;
	return calls++ % 2 ? ADIT_MSG(n) : ADIT_MORE;
}

static enum adit_verdict upper(struct adit_msg *m)
{
	return m->data[0] == 'a' ? adit_rewrite(m, "A", 1) : ADIT_PASS;
}

static enum adit_verdict drop(struct adit_msg *m)
{
	(void)m;
	return ADIT_DROP;
}

static enum adit_verdict cancel(struct adit_msg *m)
{
	adit_cancel(m->ch, 77);
	return ADIT_PASS;
}

static enum adit_verdict scribble(struct adit_msg *m)
{
	((uint8_t *)(uintptr_t)m->data)[0] = '?';
	return ADIT_PASS;
}

START_TEST(bad_plugins)
{
	static const struct {
		adit_frame_fn *frame;
		enum adit_verdict (*message)(struct adit_msg *);
		uint32_t can;
		const char *part;
	} cases[] = {
		{ adit_frame_line, pass, 0, "" },
		{ frame_writes, pass, 0, "changes the state" },
		{ frame_moody, pass, 0, "another result for the same bytes" },
		{ adit_frame_raw, upper, ADIT_CAN_REWRITE,
		  "arrive one by one" },
		{ adit_frame_line, drop, 0, "without ADIT_CAN_REWRITE" },
		{ adit_frame_line, cancel, 0, "has not returned" },
		{ adit_frame_line, scribble, 0, "wrote into a message" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct adit_plugin p = puppet;
		bool good;

		p.frame[0] = p.frame[1] = cases[i].frame;
		p.message = cases[i].message;
		p.can = cases[i].can;
		good = run(&p,
			   "\x18"
			   "abc\n",
			   5);
		ck_assert_msg(good == !*cases[i].part &&
				      strstr(why, cases[i].part),
			      "%s", why);
	}
}
END_TEST

static enum adit_verdict tell(struct adit_msg *m)
{
	char text[24];

	snprintf(text, sizeof(text), "%u", (unsigned)m->len);
	adit_audit(m->ch, "len", text);
	return ADIT_PASS;
}

/* What came of each run stands in the report, with its bytes escaped. */
START_TEST(both_runs_are_shown)
{
	struct adit_plugin p = puppet;

	p.frame[0] = p.frame[1] = adit_frame_raw;
	p.message = upper;
	ck_assert(!run(&p,
		       "\x18"
		       "abc\n",
		       5));
	ck_assert_str_eq(why, "the server gets something else when the same "
			      "bytes arrive one by one\n"
			      "  bytes at once  A\n"
			      "  one by one     Abc\\n\n"
			      "                  ^ byte 2\n");
	p.message = tell;
	ck_assert(!run(&p,
		       "\x18"
		       "abc\n",
		       5));
	ck_assert_msg(strstr(why, "the plugin does something else when") &&
			      strstr(why,
				     "bytes at once  audit len=\"4\"\\n") &&
			      strstr(why, "one by one     audit len=\"1\"\\n"),
		      "%s", why);
}
END_TEST

/* Drops what the server says, and asks it again. */
static enum adit_verdict ask_again(struct adit_msg *m)
{
	if (m->dir == ADIT_TO_SERVER)
		return ADIT_PASS;
	adit_inject(m->ch, ADIT_TO_SERVER, "again\n", 6);
	return ADIT_DROP;
}

/* The gateway would end the channel: the fuzzer calls that a mistake. */
START_TEST(a_circle_is_found)
{
	static uint8_t text[2 * 1001];
	struct adit_plugin p = puppet;
	struct fuzz_step s = { .op = FUZZ_SERVER,
			       .data = text,
			       .n = sizeof(text) };
	struct buf in = { 0 };

	p.message = ask_again;
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "x\n", 2);
	ck_assert_int_eq(fuzz_step_put(&in, &s), 0);
	ck_assert(!run(&p, buf_ptr(&in), buf_len(&in)));
	ck_assert_msg(strstr(why, "plugin puppet goes in a circle"), "%s", why);
	buf_fini(&in);
}
END_TEST

START_TEST(one_function)
{
	ck_assert_int_eq(kit_fuzz_one(&puppet, (const uint8_t *)"", 0), 0);
	ck_assert_int_eq(
		kit_fuzz_one(&puppet, (const uint8_t *)"\x20say a\n", 7), 0);
}
END_TEST

SUITE("kit/fuzz", steps, transcripts, nothing_is_lost, bad_plugins,
      both_runs_are_shown, a_circle_is_found, one_function)

/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile.c - an agent that logs in properly and then breaks the protocol in the
 * way it is told.  Exit 0: the gateway ended the connection, or bore it, as the
 * scenario wants; 1: it did not; 2: it could not be tried. */
#include "hostile_link.h"

#include "base/err.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- scenarios -------------------------------------------------------------------- */

static const char *pin; /* of the gateway's key */
static const struct frame data_frame = { .command = FRAME_DATA };

static bool unknown_command(struct link *l)
{
	return !put(l, (struct frame){ .command = 0x55 }, "", 0) && hangs_up(l);
}

static bool oversized(struct link *l)
{
	uint8_t wire[FRAME_HEADER] = { FRAME_DATA, 1, 0, 6 };

	wire[18] = wire[19] = 0xff;
	return !raw(l, wire, sizeof wire) && hangs_up(l);
}

static bool never_opened(struct link *l)
{
	struct frame f = data_frame;

	f.client_id = 77;
	return !put(l, f, "x", 1) && hangs_up(l);
}

static bool other_marker(struct link *l)
{
	struct frame f = { .command = FRAME_PING, .marker = l->marker ^ 1 };

	return !put(l, f, "12345678", 8) && hangs_up(l);
}

/* More than the gateway ever granted, to a server that does not read. */
static bool over_credit(struct link *l)
{
	static const uint8_t much[FRAME_PAYLOAD_MAX];
	struct frame f = data_frame;

	f.client_id = 1;
	if (open_channel(l, 1))
		return false;
	for (int i = 0; i < 4000; i++)
		if (put(l, f, much, sizeof much))
			return true;
	return hangs_up(l);
}

/* A frame that stops in the middle, then the end. */
static bool cut_frame(struct link *l)
{
	uint8_t wire[FRAME_HEADER] = { FRAME_DATA, 1, 0, 6 };

	wire[19] = 200;
	if (raw(l, wire, 11))
		return false;
	tls_bye(l->tls);
	return !flush(l) && !shutdown(l->fd, SHUT_WR) && hangs_up(l);
}

static bool id_again(struct link *l)
{
	return !open_channel(l, 5) && !open_channel(l, 5) && hangs_up(l);
}

static bool impossible_ack(struct link *l)
{
	return !put(l, (struct frame){ .command = FRAME_ACK },
		    "\377\377\377\377\377\377\377\377", 8) &&
	       hangs_up(l);
}

/* Opens without an end.  Above the limit they are refused; a peer that does not
 * read the refusals is thrown out. */
static bool open_flood(struct link *l)
{
	for (uint32_t id = 1; id < 1000000; id++)
		if (open_channel(l, id))
			return true;
	return hangs_up(l);
}

/* All that was sent so far has been dealt with. */
static bool is_heard(struct link *l)
{
	const uint8_t *p;
	struct frame f;

	if (put(l, (struct frame){ .command = FRAME_PING }, "12345678", 8))
		return false;
	while (!get(l, &f, &p, PATIENCE_MS))
		if (f.command == FRAME_PONG)
			return true;
	return false;
}

/* Opens and resets, a hundred thousand times: borne, and answered afterwards. */
static bool rapid_reset(struct link *l)
{
	static const uint8_t reset[3] = { 0, REASON_PEER_RESET, 0 };
	struct frame c = { .command = FRAME_CLOSE, .flags = FLAG_RESET };
	struct frame f;
	const uint8_t *p;

	for (uint32_t id = 1; id <= 100000; id++) {
		c.client_id = id;
		if (open_channel(l, id) || put(l, c, reset, sizeof reset))
			return false;
		while (!(id % 64) && !get(l, &f, &p, 0))
			;
	}
	return is_heard(l);
}

/* Two sessions open thousands of channels each, and send on each all that they may
 * at first, whoever reads it. */
static bool unread(struct link *l)
{
	enum { EACH = 8000, MUCH = 16000 };
	static const uint8_t much[MUCH];
	struct link *both[2] = { l };
	struct frame f = data_frame, in;
	const uint8_t *p;

	log_in();
	both[1] = attach(1);
	for (unsigned i = 0; i < 2; i++) {
		for (uint32_t id = 1; id <= EACH; id++) {
			f.client_id = id;
			if (open_channel(both[i], id) ||
			    put(both[i], f, much, sizeof much))
				return false;
			while (!(id % 16) && !get(both[i], &in, &p, 0))
				;
		}
	}
	/* What was sent has been dealt with when this is answered. */
	for (unsigned i = 0; i < 2; i++)
		if (!is_heard(both[i]))
			return false;
	printf("held\n");
	fflush(stdout);
	(void)!getchar();
	link_close(both[1]);
	return true;
}

static bool old_generation(struct link *l)
{
	struct link *again = link_open();
	bool gone;

	(void)l;
	gone = !send_attach(again, 1, 0, NULL) && hangs_up(again);
	link_close(again);
	return gone;
}

/* A proof made for another connection is worth nothing on this one. */
static bool captured_proof(struct link *l)
{
	struct link *other = link_open(), *again = link_open();
	uint8_t exporter[TLS_EXPORTER];
	struct frame f = { 0 };
	const uint8_t *p;
	bool refused;

	(void)l;
	if (tls_exporter(other->tls, exporter) ||
	    send_attach(again, 9, 0, exporter))
		return false;
	refused = get(again, &f, &p, PATIENCE_MS) != 0 ||
		  (f.command == FRAME_ATTACHED && f.flags & FLAG_REFUSED);
	link_close(other);
	link_close(again);
	return refused;
}

/* Another connection with a right proof. */
static int once(uint32_t generation, uint64_t count)
{
	struct link *l = link_open();
	int flags = answer_of(l, generation, count);

	link_close(l);
	return flags;
}

/* Takes the tunnel over and reads on it until there is silence; how many
 * bytes of the log came. */
static uint64_t read_log(uint32_t generation, uint64_t count)
{
	struct link *l = link_open();
	int flags = answer_of(l, generation, count);
	uint64_t sum = 0;
	const uint8_t *p;
	struct frame f;

	if (flags != 0 && flags != FLAG_FRESH)
		die("read_log", "refused");
	while (!get(l, &f, &p, 500))
		if (frame_is_logged(f.command))
			sum += FRAME_HEADER + (uint64_t)f.len;
	link_close(l);
	return sum;
}

/* Makes tunnels and cuts them, then tries to without a proof. */
static bool tunnel_storm(struct link *l)
{
	enum { MANY = 40 };

	(void)l;
	for (uint32_t i = 2; i < MANY + 2; i++)
		if (once(i, 0) != 0)
			return false;
	for (uint32_t i = 0; i < MANY; i++)
		if (once(1, 0) != FLAG_REFUSED)
			return false;
	return true;
}

/* Counts that cannot be end the session: the next attach finds none. */
static bool impossible_count(struct link *l)
{
	(void)l;
	(void)once(2, 1);
	return once(3, 0) == FLAG_REFUSED;
}

/* The newer tunnel wins while the older is still in order. */
static bool takes_over(struct link *l)
{
	return once(2, 0) == 0 && hangs_up(l);
}

/* What was sent and not acknowledged comes again, and all of it. */
static bool sent_again(struct link *l)
{
	uint64_t all;

	(void)l;
	all = read_log(2, 0);
	return all && read_log(3, 0) >= all;
}

/* With resume_grace = 1s: the gateway forgets, says FRESH, and says it again as
 * long as nobody has answered, since that answer may have been lost. */
static bool lost_fresh(struct link *l)
{
	uint64_t all = read_log(2, 0);

	(void)l;
	if (!all || once(3, all) != 0 || poll(NULL, 0, 3500))
		return false;
	return once(4, all) == FLAG_FRESH && once(5, all) == FLAG_FRESH &&
	       once(6, 0) == FLAG_FRESH;
}

/* The gateway may not have seen yet that a tunnel is gone. */
static bool gets_in(void)
{
	for (int i = 0; i < 100; i++) {
		unsigned leave = try_login();

		if (leave != LEAVE_LIMIT)
			return !leave;
		poll(NULL, 0, 50);
	}
	return false;
}

/* As many sessions as a user may have, all in use: one more is refused.  Once one
 * of them has lost its tunnel it gives way to the next. */
static bool sessions_cap(struct link *l)
{
	enum { MOST = 16 };
	struct link *all[MOST] = { l };
	struct profile first = g.profile, next;
	bool good;

	for (int i = 1; i < MOST; i++) {
		log_in();
		all[i] = attach(1);
	}
	good = try_login() == LEAVE_LIMIT;
	link_close(all[1]);
	good = good && gets_in();
	next = g.profile;
	/* The one whose tunnel was there all the time is still there. */
	g.profile = first;
	good = good && once(2, 0) == 0;
	g.profile = next;
	good = good && once(1, 0) == FLAG_FRESH;
	for (int i = 2; i < MOST; i++)
		link_close(all[i]);
	return good;
}

/* Resource 1 is the user's, 2 another one's, 9 nobody's: what he hears of
 * whatever is not his is the same, byte for byte. */
static bool one_answer(struct link *l)
{
	const struct aim ask[] = {
		{ 9, "", 80 },
		{ 2, "", 80 },
		{ 2, "", 81 },
		{ 1, "", 9 },
		{ 1, "127.0.0.1", g.port },
		{ 0, "192.0.2.7", 80 },
		{ 0, "192.0.2.7", 81 },
		{ 0, "other.example", 80 },
		{ 0, "nowhere.example", 80 },
		{ 0, "no host", 80 },
	};
	static uint8_t first[FRAME_PAYLOAD_MAX], next[FRAME_PAYLOAD_MAX];
	size_t nfirst = 0, n = 0;
	bool same = true;

	for (uint32_t i = 0; i < ARRAY_LEN(ask); i++) {
		if (open_to(l, i + 1, &ask[i]) ||
		    answer_to_open(l, i ? next : first, i ? &n : &nfirst) !=
			    FRAME_CLOSE)
			return false;
		same &= !i || (n == nfirst && !memcmp(first, next, n));
	}
	return same;
}

/* The gateway's own address towards the server is nobody's business. */
static bool no_inner_address(struct link *l)
{
	static uint8_t p[FRAME_PAYLOAD_MAX];
	struct opened o;
	size_t n;

	return !open_channel(l, 1) &&
	       answer_to_open(l, p, &n) == FRAME_OPENED &&
	       !unpack_opened(&o, p, n) && o.local.family == AF_UNSPEC;
}

static struct tls_client *client_for(const char *server_name)
{
	const char *pins[2] = { pin, NULL };
	struct tls_client_conf conf = { .server_name = server_name,
					.pins = pins };
	struct tls_client *made;
	char why[256];

	if (tls_client_new(&made, &conf, why, sizeof why))
		die("pin", why);
	return made;
}

/* Two virtual gateways at one address, with one key: a session of the first is
 * none of the second, whatever proof there is. */
static bool other_gateway(struct link *l)
{
	struct tls_client *first = g.client;
	int flags;

	(void)l;
	g.client = client_for("other.example");
	flags = once(2, 0);
	tls_client_free(g.client);
	g.client = first;
	return flags == FLAG_REFUSED && once(3, 0) == 0;
}

static const struct {
	const char *name;
	bool (*run)(struct link *);
} scenarios[] = {
	{ "unknown_command", unknown_command },
	{ "oversized", oversized },
	{ "never_opened", never_opened },
	{ "other_marker", other_marker },
	{ "over_credit", over_credit },
	{ "cut_frame", cut_frame },
	{ "id_again", id_again },
	{ "impossible_ack", impossible_ack },
	{ "open_flood", open_flood },
	{ "rapid_reset", rapid_reset },
	{ "old_generation", old_generation },
	{ "tunnel_storm", tunnel_storm },
	{ "captured_proof", captured_proof },
	{ "impossible_count", impossible_count },
	{ "takes_over", takes_over },
	{ "sent_again", sent_again },
	{ "lost_fresh", lost_fresh },
	{ "sessions_cap", sessions_cap },
	{ "unread", unread },
	{ "one_answer", one_answer },
	{ "no_inner_address", no_inner_address },
	{ "other_gateway", other_gateway },
};

static void set_up(char **argv)
{
	if (addr_parse_port(&g.gateway, argv[2]))
		die(argv[2], "not an ADDR:PORT");
	pin = argv[3];
	g.client = client_for("localhost");
	g.user = argv[4];
	g.password = getenv("HOSTILE_PASSWORD");
	if (!g.password)
		die("HOSTILE_PASSWORD", "not set");
	g.port = (unsigned)strtoul(argv[5], NULL, 10);
}

int main(int argc, char **argv)
{
	struct link *l;
	bool good;

	if (argc != 6) {
		fprintf(stderr, "usage: hostile SCENARIO ADDR:PORT PIN USER "
				"PORT-OF-RESOURCE-1\n");
		return 2;
	}
	set_up(argv);
	for (unsigned i = 0; i < ARRAY_LEN(scenarios); i++) {
		if (strcmp(argv[1], scenarios[i].name))
			continue;
		log_in();
		l = attach(1);
		good = scenarios[i].run(l);
		link_close(l);
		tls_client_free(g.client);
		printf("%s: %s\n", argv[1], good ? "as it should be" : "WRONG");
		return !good;
	}
	die(argv[1], "no such scenario");
	return 2;
}

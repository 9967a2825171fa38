/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile.c - an agent that logs in properly and then breaks the protocol in the
 * way it is told.  Exit 0: the gateway ended the connection, or bore it, as the
 * scenario wants; 1: it did not; 2: it could not be tried. */
#include "base/err.h"
#include "base/wire.h"
#include "frame/frame.h"
#include "frame/payload.h"
#include "net/sock.h"
#include "tls/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };

static struct {
	struct addr gateway;
	struct tls_client *client;
	const char *user, *password;
	struct profile profile;
	unsigned port;                  /* of the resource with id 1 */
} g;

struct link {
	int fd;
	struct tls *tls;
	struct frame_reader reader;
	uint8_t in[65536];
	uint32_t marker;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "hostile: %s: %s\n", what, why);
	exit(2);
}

/* ---- a connection that waits ---------------------------------------------------- */

static int flush(struct link *l)
{
	struct buf *out = tls_output(l->tls);
	struct pollfd p = { l->fd, POLLOUT, 0 };
	ssize_t n;

	while (buf_len(out)) {
		n = send(l->fd, buf_ptr(out), buf_len(out), MSG_NOSIGNAL);
		if (n > 0)
			tls_written(l->tls, (size_t)n);
		else if (errno != EAGAIN || poll(&p, 1, PATIENCE_MS) < 1)
			return ERR_SYS;
	}
	return 0;
}

/* 0 when there is more, ERR_CLOSED, ERR_TIMEOUT. */
static int pull(struct link *l, int wait_ms)
{
	struct pollfd p = { l->fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, wait_ms) < 1)
		return ERR_TIMEOUT;
	n = recv(l->fd, l->in, sizeof l->in, 0);
	if (n <= 0)
		return ERR_CLOSED;
	tls_input(l->tls, l->in, (size_t)n);
	return 0;
}

static struct link *link_open(void)
{
	struct link *l = calloc(1, sizeof *l);
	struct pollfd p;
	int ret;

	if (!l)
		die("memory", "none");
	l->fd = tcp_connect(&g.gateway, NULL);
	p = (struct pollfd){ l->fd, POLLOUT, 0 };
	if (l->fd < 0 || poll(&p, 1, PATIENCE_MS) < 1)
		die("connect", strerror(errno));
	l->tls = tls_connect_new(g.client);
	frame_reader_init(&l->reader);
	while ((ret = tls_handshake(l->tls)) == ERR_AGAIN)
		if (flush(l) || pull(l, PATIENCE_MS))
			die("handshake", "closed");
	if (ret || flush(l))
		die("handshake", tls_why(l->tls));
	return l;
}

static void link_close(struct link *l)
{
	tls_free(l->tls);
	close(l->fd);
	frame_reader_fini(&l->reader);
	free(l);
}

/* Bytes as they are; an error when the gateway has hung up. */
static int raw(struct link *l, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n) {
		size_t piece = MIN(n, (size_t)TLS_RECORD_MAX);

		if (tls_send(l->tls, at, piece))
			return ERR_TLS;
		at += piece;
		n -= piece;
	}
	return flush(l);
}

static int put(struct link *l, struct frame f, const void *payload, size_t n)
{
	static uint8_t wire[FRAME_MAX];

	f.service = SERVICE_FORWARD;
	f.protocol = PROTOCOL_TCP;
	f.marker = f.marker ? f.marker : l->marker;
	f.len = (uint16_t)n;
	frame_pack(wire, &f);
	if (n)
		memcpy(wire + FRAME_HEADER, payload, n);
	return raw(l, wire, FRAME_HEADER + n);
}

/* The next frame; 0, ERR_CLOSED or ERR_TIMEOUT. */
static int get(struct link *l, struct frame *f, const uint8_t **p, int wait_ms)
{
	const uint8_t *plain = NULL;
	const char *why;
	int n, ret;

	while ((ret = frame_next(&l->reader, f, p, &why)) == 0) {
		tls_recv_release(l->tls);
		n = tls_recv(l->tls, &plain);
		if (n > 0)
			frame_input(&l->reader, plain, (size_t)n);
		else if (n != ERR_AGAIN)
			return ERR_CLOSED;
		else if ((ret = pull(l, wait_ms)))
			return ret;
	}
	return ret < 0 ? ret : 0;
}

/* ---- the proper part ------------------------------------------------------------- */

static void log_in(void)
{
	static struct answer a;
	struct link *l = link_open();
	struct login who = { .agent = "hostile" };
	uint8_t out[2048];
	const uint8_t *p;
	struct frame f;

	snprintf(who.user, sizeof who.user, "%s", g.user);
	if (put(l, (struct frame){ .command = FRAME_LOGIN }, out,
		pack_login(out, sizeof out, &who)) ||
	    get(l, &f, &p, PATIENCE_MS) || f.command != FRAME_PROMPT)
		die("login", "no prompt");
	a.n = 1;
	snprintf(a.text[0], sizeof a.text[0], "%s", g.password);
	if (put(l, (struct frame){ .command = FRAME_ANSWER }, out,
		pack_answer(out, sizeof out, &a)) ||
	    get(l, &f, &p, PATIENCE_MS) || f.command != FRAME_RESULT ||
	    f.flags || unpack_profile(&g.profile, p, f.len))
		die("login", "refused");
	link_close(l);
}

static int send_attach(struct link *l, uint32_t generation, uint64_t count,
		       const uint8_t *other_exporter)
{
	struct attach a = { g.profile.session, generation, count, { 0 } };
	uint8_t exporter[TLS_EXPORTER], rest[64], out[64];
	struct wr w = wr_of(rest, sizeof rest), n = wr_of(out, sizeof out);
	uint8_t name[LABEL_MAX + 1];
	struct wr nm = wr_of(name, sizeof name);

	(void)n;
	if (tls_exporter(l->tls, exporter))
		die("exporter", tls_why(l->tls));
	wr_str8(&nm, g.profile.gateway);
	wr_u64(&w, a.session);
	wr_u32(&w, a.generation);
	wr_u64(&w, a.count);
	struct tls_part parts[] = {
		{ "adit/1 attach", sizeof "adit/1 attach" },
		{ other_exporter ? other_exporter : exporter, TLS_EXPORTER },
		{ name, (size_t)(nm.p - name) },
		{ rest, (size_t)(w.p - rest) },
	};
	tls_hmac(a.proof, g.profile.secret, parts, ARRAY_LEN(parts));
	l->marker = g.profile.marker;
	return put(l, (struct frame){ .command = FRAME_ATTACH }, out,
		   pack_attach(out, sizeof out, &a));
}

/* With a count of what was processed; the answer's flags, or -1. */
static int answer_of(struct link *l, uint32_t generation, uint64_t count)
{
	const uint8_t *p;
	struct frame f;

	if (send_attach(l, generation, count, NULL) ||
	    get(l, &f, &p, PATIENCE_MS) || f.command != FRAME_ATTACHED)
		return -1;
	return f.flags;
}

static struct link *attach(uint32_t generation)
{
	struct link *l = link_open();
	int flags = answer_of(l, generation, 0);

	if (flags < 0 || flags & FLAG_REFUSED)
		die("attach", "refused");
	return l;
}

/* What the gateway says until it hangs up: true if it does. */
static bool hangs_up(struct link *l)
{
	const uint8_t *p;
	struct frame f;
	int ret;

	while (!(ret = get(l, &f, &p, PATIENCE_MS)))
		;
	return ret != ERR_TIMEOUT;
}

/* ---- scenarios -------------------------------------------------------------------- */

static const struct frame data_frame = { .command = FRAME_DATA };

static int open_channel(struct link *l, uint32_t id)
{
	struct open o = { .resource = 1, .credit = 16384 };
	uint8_t out[128];

	o.dest.port = (uint16_t)g.port;
	if (addr_parse(&o.source, "127.0.0.1", 1000) ||
	    addr_parse(&o.shown, "127.0.0.1", 1))
		return ERR_INVAL;
	return put(l, (struct frame){ .command = FRAME_OPEN, .client_id = id },
		   out, pack_open(out, sizeof out, &o));
}

static bool unknown_command(struct link *l)
{
	return !put(l, (struct frame){ .command = 0x55 }, "", 0) &&
	       hangs_up(l);
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
		    "\377\377\377\377\377\377\377\377", 8) && hangs_up(l);
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
	if (put(l, (struct frame){ .command = FRAME_PING }, "12345678", 8))
		return false;
	while (!get(l, &f, &p, PATIENCE_MS))
		if (f.command == FRAME_PONG)
			return true;
	return false;
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

static const struct {
	const char *name;
	bool (*run)(struct link *);
} scenarios[] = {
	{ "unknown_command", unknown_command }, { "oversized", oversized },
	{ "never_opened", never_opened }, { "other_marker", other_marker },
	{ "over_credit", over_credit }, { "cut_frame", cut_frame },
	{ "id_again", id_again }, { "impossible_ack", impossible_ack },
	{ "open_flood", open_flood }, { "rapid_reset", rapid_reset },
	{ "old_generation", old_generation },
	{ "captured_proof", captured_proof },
	{ "impossible_count", impossible_count }, { "takes_over", takes_over },
	{ "sent_again", sent_again }, { "lost_fresh", lost_fresh },
};

static void set_up(char **argv)
{
	const char *pins[2] = { argv[3], NULL };
	struct tls_client_conf conf = { .server_name = "localhost",
					.pins = pins };
	char why[256];

	if (addr_parse_port(&g.gateway, argv[2]))
		die(argv[2], "not an ADDR:PORT");
	if (tls_client_new(&g.client, &conf, why, sizeof why))
		die("pin", why);
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

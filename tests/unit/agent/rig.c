/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.c - an agent and a gateway for tests. */
#include "rig.h"

#include "base/err.h"
#include "tls/key.h"

#include <check.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MARKER = 7, SESSION = 99 };

struct rig rig;

static struct buf cert, key_pem;
static char pin[TLS_PIN_TEXT], gateway[ADDR_TEXT];
static char *pins[2], *gateways[2], user[] = "alice", profile[] = "agent";

/* ---- the gateway ----------------------------------------------------- */

void rig_say_on(struct visit *v, const struct said *s)
{
	uint8_t wire[FRAME_MAX];
	struct frame f = {
		.command = s->command,
		.service = SERVICE_FORWARD,
		.protocol = PROTOCOL_TCP,
		.flags = s->flags,
		.client_id = s->client_id,
		.server_id = s->server_id,
		.marker = s->command == FRAME_PROMPT ||
					  s->command == FRAME_RESULT ?
				  0 :
				  MARKER,
		.len = (uint16_t)s->len,
	};

	frame_pack(wire, &f);
	if (s->len)
		memcpy(wire + FRAME_HEADER, s->payload, s->len);
	ck_assert_int_eq(conn_send(&v->conn, wire, FRAME_HEADER + s->len), 0);
}

void rig_say(const struct said *s)
{
	ck_assert_ptr_nonnull(rig.tunnel);
	rig_say_on(rig.tunnel, s);
}

static void refuse(struct visit *v, uint8_t command, unsigned leave)
{
	struct goodbye no = { .leave = (uint16_t)leave,
			      .wait_ms = rig.manners.wait_ms };
	uint8_t p[300];

	rig_say_on(v, &(struct said){ command, FLAG_REFUSED, 0, 0, p,
				      pack_goodbye(p, sizeof p, &no) });
}

static void on_login(struct visit *v)
{
	struct prompt q = { .n = 1, .ask = { { 0, "Password: " } } };
	uint8_t p[400];

	rig.logins++;
	if (!rig.manners.mute_login)
		rig_say_on(v, &(struct said){ FRAME_PROMPT, 0, 0, 0, p,
					      pack_prompt(p, sizeof p, &q) });
}

static void on_answer(struct visit *v)
{
	struct profile r = { .marker = MARKER,
			     .session = SESSION,
			     .flags = rig.manners.profile,
			     .lifetime = 1000,
			     .resume_grace = rig.manners.grace,
			     .gateway = "corp" };
	uint8_t p[400];

	if (rig.manners.mute_login)
		return;
	if (rig.manners.refuse_login)
		refuse(v, FRAME_RESULT, rig.manners.refuse_login);
	else
		rig_say_on(v, &(struct said){ FRAME_RESULT, 0, 0, 0, p,
					      pack_profile(p, sizeof p, &r) });
}

static void on_attach(struct visit *v)
{
	struct resource_entry echo;
	uint8_t p[8];

	rig.attaches++;
	rig.tunnel = v;
	if (rig.manners.mute_attach)
		return;
	if (rig.manners.refuse_attach) {
		refuse(v, FRAME_ATTACHED, rig.manners.refuse_attach);
		return;
	}
	rig_say_on(v, &(struct said){ FRAME_ATTACHED, FLAG_FRESH, 0, 0, p,
				      pack_u64(p, sizeof p, 0) });
	echo = rig_entry("echo", 2000);
	echo.flags = RESOURCE_REVERSE | RESOURCE_SPARES;
	if (!rig.manners.no_list)
		rig_list(FLAG_FIRST | FLAG_LAST, &echo, 1);
}

static int on_input(struct conn *c, const uint8_t *in, size_t n)
{
	struct visit *v = container_of(c, struct visit, conn);
	const uint8_t *p;
	const char *why;
	struct frame f;

	frame_input(&v->reader, in, n);
	while (frame_next(&v->reader, &f, &p, &why) > 0) {
		rig.seen[f.command]++;
		rig.last[f.command] = f;
		memcpy(rig.payload[f.command], p,
		       MIN(f.len, sizeof rig.payload[0]));
		if (f.command == FRAME_LOGIN)
			on_login(v);
		else if (f.command == FRAME_ANSWER)
			on_answer(v);
		else if (f.command == FRAME_ATTACH)
			on_attach(v);
	}
	return 0;
}

static void on_ready(struct conn *c)
{
	(void)c;
}

static void visit_free(struct visit *v)
{
	if (rig.tunnel == v)
		rig.tunnel = NULL;
	list_remove(&v->node);
	frame_reader_fini(&v->reader);
	free(v);
}

static void on_closed(struct conn *c, int err, const char *why)
{
	(void)err;
	(void)why;
	visit_free(container_of(c, struct visit, conn));
}

static const struct conn_ops ops = {
	.ready = on_ready,
	.input = on_input,
	.closed = on_closed,
};

static void visit_drop(struct visit *v)
{
	struct tls *tls;
	int fd;

	conn_release(&v->conn, &fd, &tls);
	tls_free(tls);
	tcp_reset(fd);
	visit_free(v);
}

void rig_hang_up(void)
{
	visit_drop(rig.tunnel);
}

static int on_sign(void *ctx, int algorithm, const struct tls_part *what,
		   struct tls_sig *sig)
{
	(void)ctx;
	return tls_key_sign(rig.key, algorithm, what, sig);
}

static struct tls_server *on_select(void *ctx, const char *sni)
{
	(void)ctx;
	(void)sni;
	return rig.server;
}

static void on_accept(struct ev_loop *ev, ev_io *w, int events)
{
	int fd = tcp_accept(rig.listener, NULL);
	struct visit *v;

	(void)ev;
	(void)w;
	(void)events;
	if (fd < 0)
		return;
	rig.accepted++;
	v = calloc(1, sizeof *v);
	list_append(&rig.visits, &v->node);
	frame_reader_init(&v->reader);
	conn_open(&v->conn, &rig.loop, fd, tls_accept_new(on_select, NULL),
		  &ops);
}

struct resource_entry rig_entry(const char *name, uint16_t port)
{
	struct resource_entry e = { .id = 1,
				    .service = SERVICE_FORWARD,
				    .nranges = 1 };

	snprintf(e.name, sizeof e.name, "%s", name);
	e.ranges[0].first = e.ranges[0].last = port;
	return e;
}

void rig_list(uint8_t flags, const struct resource_entry *e, unsigned n)
{
	uint8_t p[FRAME_PAYLOAD_MAX];
	size_t len = 0;

	for (unsigned i = 0; i < n; i++)
		len += pack_resource(p + len, sizeof p - len, &e[i]);
	rig_say(&(struct said){ FRAME_RESOURCES, flags, 0, 0, p, len });
}

/* ---- both ------------------------------------------------------------ */

static void make_gateway(void)
{
	struct tls_signer signer = { on_sign, NULL };
	struct addr at;
	char why[200];

	ck_assert_int_eq(
		tls_make_certificate("localhost", NULL, &cert, &key_pem), 0);
	ck_assert_int_eq(buf_append(&cert, "", 1), 0);
	ck_assert_int_eq(buf_append(&key_pem, "", 1), 0);
	ck_assert_int_eq(tls_key_new(&rig.key, (char *)key_pem.data,
				     (char *)cert.data, why, sizeof why),
			 0);
	ck_assert_int_eq(tls_server_new(&rig.server, (char *)cert.data, &signer,
					why, sizeof why),
			 0);
	ck_assert_int_eq(tls_pin_of((char *)cert.data, pin), 0);
	ck_assert_int_eq(addr_parse(&at, "127.0.0.1", 0), 0);
	rig.listener = tcp_listen(&at, 16, true);
	ck_assert_int_ge(rig.listener, 0);
	at = addr_local(rig.listener);
	addr_str(&at, gateway);
	ev_io_init(&rig.accepting, on_accept, rig.listener, EV_READ);
	ev_io_start(rig.loop.ev, &rig.accepting);
}

static void on_tick(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)w;
	(void)events;
}

static void on_down(void *ctx)
{
	(void)ctx;
	rig.down++;
}

void told(void *ctx, int err, const char *text)
{
	struct told *t = ctx;

	t->times++;
	t->err = err;
	snprintf(t->text, sizeof t->text, "%s", text);
}

void rig_open(void)
{
	char network[40];

	rig = (struct rig){ .manners.profile = PROFILE_AUTO_START };
	list_init(&rig.visits);
	ck_assert_int_eq(loop_init(&rig.loop), 0);
	ev_timer_init(&rig.tick, on_tick, .005, .005);
	ev_timer_start(rig.loop.ev, &rig.tick);
	make_gateway();
	pins[0] = pin;
	gateways[0] = gateway;
	rig.conf = (struct agent_conf){
		.gateways = { .item = gateways, .n = 1 },
		.user = user,
		.profile = profile,
		.pins = { .item = pins, .n = 1 },
		.reverse = true,
		.low_port_offset = 10000,
	};
	/* One network for each process: tests run side by side. */
	snprintf(network, sizeof network, "127.%d.%d.0/24",
		 128 + getpid() / 256 % 64, getpid() % 256);
	ck_assert_int_eq(net_parse(&rig.conf.loopback_net, network), 0);
}

void rig_begin(void)
{
	rig.agent = agent_new(&rig.loop, &rig.conf, "secret");
	ck_assert_ptr_nonnull(rig.agent);
	agent_on_up(rig.agent, told, &rig.up);
	agent_on_down(rig.agent, on_down, NULL);
	agent_begin(rig.agent);
}

void rig_up(void)
{
	rig_begin();
	UNTIL(rig.up.times);
	ck_assert_int_eq(rig.up.err, 0);
	ck_assert_int_eq(agent_state(rig.agent), AGENT_CONNECTED);
}

void rig_close(void)
{
	agent_free(rig.agent);
	while (!list_is_empty(&rig.visits))
		visit_drop(list_first(&rig.visits, struct visit, node));
	ev_io_stop(rig.loop.ev, &rig.accepting);
	ev_timer_stop(rig.loop.ev, &rig.tick);
	close(rig.listener);
	tls_server_free(rig.server);
	tls_key_free(rig.key);
	buf_fini(&cert);
	buf_fini(&key_pem);
	loop_fini(&rig.loop);
}

/* Time passes for timers only while the loop waits: what a test computes
 * meanwhile, which takes long on a busy machine and under valgrind, counts for
 * nothing, so that no timeout is over before the test looks. */
void rig_turn(void)
{
	ev_resume(rig.loop.ev);
	ev_run(rig.loop.ev, EVRUN_ONCE);
}

void rig_turns(void)
{
	for (unsigned i = 0; i < 50; i++) {
		ev_resume(rig.loop.ev);
		poll(NULL, 0, 1);
		ev_run(rig.loop.ev, EVRUN_NOWAIT);
	}
}

void rig_fire(ev_timer *w)
{
	ck_assert(ev_is_active(w));
	ev_timer_stop(rig.loop.ev, w);
	ev_invoke(rig.loop.ev, w, EV_TIMER);
}

struct addr rig_at(const char *name)
{
	struct resource *r = resources_find(rig.agent, name);

	ck_assert_ptr_nonnull(r);
	ck_assert(!list_is_empty(&r->listeners));
	return list_first(&r->listeners, struct listener, node)->at;
}

int rig_connect(const struct addr *to)
{
	int fd = tcp_connect(to, NULL);

	if (fd >= 0 && poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, 2000) == 1 &&
	    addr_peer(fd).family)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int rig_app(const char *resource, uint32_t *id)
{
	struct addr at = rig_at(resource);
	unsigned before = rig.seen[FRAME_OPEN];
	int fd = rig_connect(&at);

	ck_assert_int_ge(fd, 0);
	UNTIL(rig.seen[FRAME_OPEN] > before);
	*id = rig.last[FRAME_OPEN].client_id;
	return fd;
}

unsigned rig_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

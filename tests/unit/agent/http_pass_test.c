/* SPDX-License-Identifier: BSD-2-Clause */
/* http_pass_test.c - what of a client's bytes goes to the server: a head that
 * was made anew, then the body of one request. */
#include "agent/http_pass.h"

#include "base/err.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static struct loop loop;
static struct session *session;
static struct relay relay;
static int client; /* whose bytes are read */
static unsigned woken;
static struct http_pass *pass;

static void on_wake(struct session *s)
{
	(void)s;
	woken++;
}

static const struct session_ops session_ops = { .wake = on_wake };

static void on_closed(struct chan *c, unsigned reason, const char *text)
{
	(void)c;
	(void)reason;
	(void)text;
	sock_close(&relay.sock, false);
}

static const struct chan_ops chan_ops = {
	.read = relay_read,
	.write = relay_write,
	.finish = relay_finish,
	.closed = on_closed,
};

/* With this head, which belongs to the request from then on. */
static void begin(const char *head, struct http_body body)
{
	struct session_conf conf = { .role = ROLE_AGENT, .marker = 9 };
	struct open o = { .resource = 1 };
	struct buf b = { 0 };
	int fds[2];

	ck_assert_int_eq(loop_init(&loop), 0);
	session = session_new(&conf, &session_ops, NULL);
	ck_assert_ptr_nonnull(session);
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	client = fds[0];
	relay_init(&relay);
	relay.chan = chan_open(session, &chan_ops, &relay, SERVICE_FORWARD, &o);
	ck_assert_ptr_nonnull(relay.chan);
	relay_join(&relay, &loop, fds[1], relay.chan);
	ck_assert_int_eq(buf_append(&b, head, strlen(head)), 0);
	pass = http_pass_new(&loop, &b, &body);
	ck_assert_ptr_nonnull(pass);
	ck_assert_uint_eq(buf_len(&b), 0);
	ck_assert_ptr_null(b.data);
}

static void end(void)
{
	http_pass_free(pass);
	session_free(session);
	close(client);
	ck_assert(list_is_empty(&loop.tasks));
	loop_fini(&loop);
}

static void say(const char *text)
{
	ck_assert_int_eq(send(client, text, strlen(text), MSG_NOSIGNAL),
			 (ssize_t)strlen(text));
}

/* What one read into pieces of three bytes and of `second` ones brings. */
static void brings(size_t second, const char *text)
{
	char in[100] = "";
	struct iovec iov[] = { { in, 3 }, { in + 3, second } };
	bool urgent = true;
	ssize_t got = http_pass_read(pass, relay.chan, iov, 2, &urgent);

	ck_assert_int_eq(got, (ssize_t)strlen(text));
	ck_assert_mem_eq(in, text, strlen(text));
	ck_assert(!urgent);
}

static void brings_nothing(ssize_t why)
{
	char in[100];
	struct iovec iov = { in, sizeof in };
	bool urgent;

	ck_assert_int_eq(http_pass_read(pass, relay.chan, &iov, 1, &urgent),
			 why);
}

/* The socket may have said already that there is a body: after each piece the
 * channel reads once more, at the end of the loop's turn. */
START_TEST(a_head_in_pieces)
{
	begin("HEAD 5678", http_body_length(4));
	say("body");
	brings(4, "HEAD 56");
	ck_assert(!list_is_empty(&loop.tasks));
	ev_run(loop.ev, EVRUN_NOWAIT);
	brings(4, "78");
	ck_assert(!list_is_empty(&loop.tasks));
	ev_run(loop.ev, EVRUN_NOWAIT);
	/* The head is through. */
	brings(4, "body");
	ck_assert(list_is_empty(&loop.tasks));
	end();
}
END_TEST

START_TEST(a_head_and_no_room)
{
	bool urgent;

	begin("HEAD", http_body_length(0));
	ck_assert_int_eq(http_pass_read(pass, relay.chan, NULL, 0, &urgent),
			 ERR_AGAIN);
	brings(4, "HEAD");
	end();
}
END_TEST

START_TEST(it_ends_before_it_is_read_again)
{
	begin("HEAD", http_body_length(0));
	brings(4, "HEAD");
	http_pass_free(pass);
	ck_assert(list_is_empty(&loop.tasks));
	pass = NULL;
	http_pass_free(NULL);
	end();
}
END_TEST

/* What the client sends behind the request is not the server's. */
START_TEST(a_body_of_a_length)
{
	begin("", http_body_length(9));
	brings_nothing(ERR_AGAIN);
	say("12345");
	brings(50, "12345");
	say("6789GET /");
	brings(50, "6789");
	say("GET /");
	brings_nothing(ERR_AGAIN);
	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	brings_nothing(0);
	end();
}
END_TEST

/* Its end lies inside the first piece, and all of the second one is dropped. */
START_TEST(a_body_that_ends_in_a_piece)
{
	begin("", http_body_length(2));
	say("12GET /");
	brings(50, "12");
	end();
}
END_TEST

START_TEST(a_body_of_chunks)
{
	static const char chunks[] = "4\r\nbody\r\n0\r\n\r\n";

	begin("", http_body_chunked());
	say(chunks);
	say("GET /");
	brings(50, chunks);
	say("more");
	brings_nothing(ERR_AGAIN);
	end();
}
END_TEST

START_TEST(chunks_that_are_none)
{
	begin("", http_body_chunked());
	say("4\r\nbodyGET");
	brings_nothing(ERR_PROTO);
	end();
}
END_TEST

SUITE("http_pass", a_head_in_pieces, a_head_and_no_room,
      it_ends_before_it_is_read_again, a_body_of_a_length,
      a_body_that_ends_in_a_piece, a_body_of_chunks, chunks_that_are_none)

/* SPDX-License-Identifier: BSD-2-Clause */
/* inspection_flow.c - the bytes of an inspected channel. */
#include "gateway/inspection.h"

#include "base/err.h"
#include "base/log.h"

#include <string.h>

enum {
	STRAIGHT_PIECES = 8,   /* that one system call moves */
	STRAIGHT_LEAST = 8192, /* fewer bytes are not worth a call of theirs */
	HEAD_GULP = 4096,      /* bytes that are read where a skip may begin */
};

static struct inspection *inspection_of(struct chan *c)
{
	return container_of(chan_end(c), struct gchan, relay)->inspection;
}

static void inspection_defer(struct inspection *ins)
{
	task_defer(&ins->gc->gs->shard->loop, &ins->task);
}

static bool inspection_is_dead(const struct inspection *ins)
{
	return chan_info(ins->gc->relay.chan).is_dead;
}

/* ---- to the server ---------------------------------------------------- */

/* One piece of the output: up to an urgent byte, or all. */
static ssize_t write_piece(struct inspection *ins, struct buf *out)
{
	size_t urgent = inspect_urgent(ins->ch, ADIT_TO_SERVER);
	struct iovec iov = { buf_ptr(out), urgent ? urgent : buf_len(out) };

	if (ins->server_gone)
		return (ssize_t)iov.iov_len;
	return sock_write(&ins->gc->relay.sock, &iov, 1, urgent != 0);
}

static void inspection_to_server(struct inspection *ins)
{
	struct buf *out = inspect_output(ins->ch, ADIT_TO_SERVER);
	struct chan *c = ins->gc->relay.chan;
	ssize_t n = 1;

	while (buf_len(out) && n > 0) {
		n = write_piece(ins, out);
		if (n > 0) {
			buf_take(out, (size_t)n);
			inspect_run(ins->ch);
		}
	}
	if (n < 0 && n != ERR_AGAIN) {
		chan_reset(c, REASON_PEER_RESET, NULL);
		return;
	}
	ins->unpaid += inspect_consumed(ins->ch, ADIT_TO_SERVER);
	if (buf_len(out))
		return;
	chan_consumed(c, ins->unpaid);
	ins->unpaid = 0;
	if (!ins->fin_sent &&
	    (inspect_ended(ins->ch, ADIT_TO_SERVER) ||
	     (ins->fin_client && inspect_is_detached(ins->ch)))) {
		ins->fin_sent = true;
		sock_finish(&ins->gc->relay.sock);
	}
}

/* Behind a plugin that is detached, what comes goes straight on. */
static ssize_t inspection_pass(struct inspection *ins, const struct iovec *iov,
			       int n, bool urgent)
{
	ssize_t done;

	if (buf_len(inspect_output(ins->ch, ADIT_TO_SERVER)))
		done = 0;
	else
		done = sock_write(&ins->gc->relay.sock, iov, n, urgent);
	if (done > 0)
		chan_consumed(ins->gc->relay.chan, (size_t)done);
	/* sock_write has asked for `writable`, the output will as well. */
	return done;
}

static size_t sum_of(const struct iovec *iov, int n)
{
	size_t sum = 0;

	while (n-- > 0)
		sum += iov[n].iov_len;
	return sum;
}

static size_t inspection_discard(struct inspection *ins,
				 const struct iovec *iov, int n)
{
	size_t sum = sum_of(iov, n);

	chan_consumed(ins->gc->relay.chan, sum);
	return sum;
}

/* Up to `most` bytes of the pieces; returns how many pieces they are. */
static int straight_pieces(struct iovec *to, const struct iovec *iov, int n,
			   uint64_t most)
{
	int k = 0;

	for (; k < n && k < STRAIGHT_PIECES && most; k++) {
		to[k] = iov[k];
		to[k].iov_len = (size_t)MIN(most, iov[k].iov_len);
		most -= to[k].iov_len;
	}
	return k;
}

/* How many bytes need not go through the plugin's buffers, once its output is
 * written; 0: few, or none. */
static uint64_t straight_bytes(struct inspection *ins, enum adit_dir d)
{
	uint64_t n = ins->recording ? 0 : inspect_straight(ins->ch, d);

	return n < STRAIGHT_LEAST ? 0 : n;
}

/* What the plugin skips goes from the session to the server without a copy, as
 * far as the server takes it; returns how many bytes, or an error. */
static ssize_t inspection_write_straight(struct inspection *ins,
					 const struct iovec *iov, int n)
{
	uint64_t most = straight_bytes(ins, ADIT_TO_SERVER);
	struct iovec part[STRAIGHT_PIECES];
	ssize_t done;
	int k = straight_pieces(part, iov, n, most);

	if (sum_of(part, k) < STRAIGHT_LEAST)
		return 0;
	if (buf_len(inspect_output(ins->ch, ADIT_TO_SERVER)))
		inspection_to_server(ins);
	if (inspection_is_dead(ins) ||
	    buf_len(inspect_output(ins->ch, ADIT_TO_SERVER)))
		return 0;
	done = sock_write(&ins->gc->relay.sock, part, k, false);
	if (done > 0)
		inspect_went_straight(ins->ch, ADIT_TO_SERVER, (size_t)done);
	return done == ERR_AGAIN ? 0 : done;
}

/* Returns how many bytes were taken, or an error. */
static ssize_t write_pieces(struct inspection *ins, const struct iovec *iov,
			    int n, bool urgent)
{
	size_t sum = 0, begin = 0, used;
	ssize_t done;

	for (int i = 0; i < n && !inspection_is_dead(ins); i++, begin = 0) {
		done = urgent ? 0 :
				inspection_write_straight(ins, iov + i, n - i);
		if (done < 0)
			return done;
		sum += (size_t)done;
		for (begin = (size_t)done; i < n && begin >= iov[i].iov_len;)
			begin -= iov[i++].iov_len;
		if (i == n)
			break;
		used = inspect_feed(ins->ch, ADIT_TO_SERVER,
				    (uint8_t *)iov[i].iov_base + begin,
				    iov[i].iov_len - begin,
				    urgent && i == n - 1 ? iov[i].iov_len : 0);
		sum += used;
		if (begin + used < iov[i].iov_len) {
			ins->backlog = true;
			break;
		}
	}
	return (ssize_t)sum;
}

static ssize_t inspection_on_write(struct chan *c, const struct iovec *iov,
				   int n, bool urgent)
{
	struct inspection *ins = inspection_of(c);
	ssize_t sum;

	if (ins->server_gone || inspect_status(ins->ch) >= INSPECT_FINISH)
		return (ssize_t)inspection_discard(ins, iov, n);
	if (inspect_is_detached(ins->ch))
		return inspection_pass(ins, iov, n, urgent);
	sum = write_pieces(ins, iov, n, urgent);
	if (sum >= 0)
		inspection_pump(ins);
	return sum;
}

static void inspection_on_finish(struct chan *c)
{
	struct inspection *ins = inspection_of(c);

	ins->fin_client = true;
	inspect_fin(ins->ch, ADIT_TO_SERVER);
	inspection_pump(ins);
}

/* ---- to the client ---------------------------------------------------- */

static bool has_room(const struct inspection *ins, enum adit_dir d)
{
	return buf_len(inspect_output(ins->ch, d)) < INSPECT_OUT_HIGH;
}

static bool may_read(const struct inspection *ins)
{
	return ins->read_due && !ins->server_gone && !ins->fin_server &&
	       !buf_len(&ins->rest) && has_room(ins, ADIT_TO_CLIENT) &&
	       chan_may_keep(ins->gc->relay.chan,
			     inspect_is_short(ins->ch, ADIT_TO_CLIENT));
}

/* The rest is kept, and the socket is left alone until it is taken. */
static void inspection_feed(struct inspection *ins, const uint8_t *p, size_t n,
			    bool urgent)
{
	size_t used = inspect_feed(ins->ch, ADIT_TO_CLIENT, p, n,
				   urgent ? n : 0);

	if (used == n)
		return;
	if (buf_append(&ins->rest, p + used, n - used))
		chan_reset(ins->gc->relay.chan, REASON_INTERNAL,
			   "out of memory");
	ins->rest_urgent = urgent ? n - used : 0;
}

/* Not to loop.gulp: this may be called while frames of the client lie there,
 * such as the one that lets the server go on. */
static void read_server(struct inspection *ins)
{
	uint8_t bytes[LOOP_GULP];
	struct iovec iov = { bytes, ins->heads ? HEAD_GULP : sizeof bytes };
	bool urgent;
	ssize_t n;

	ins->read_due = false;
	n = sock_read(&ins->gc->relay.sock, &iov, 1, &urgent);
	if (n > 0)
		inspection_feed(ins, bytes, (size_t)n, urgent);
	else if (n == 0)
		ins->fin_server = true;
	else if (n != ERR_AGAIN)
		chan_reset(ins->gc->relay.chan, REASON_PEER_RESET, NULL);
	/* What is likely to come next: the head of another message of which
	 * most is skipped, or something else. */
	if (n == (ssize_t)iov.iov_len)
		ins->heads = straight_bytes(ins, ADIT_TO_CLIENT);
}

static void feed_rest(struct inspection *ins)
{
	size_t used = 1;

	while (buf_len(&ins->rest) && used) {
		used = inspect_feed(ins->ch, ADIT_TO_CLIENT,
				    buf_ptr(&ins->rest), buf_len(&ins->rest),
				    ins->rest_urgent);
		buf_take(&ins->rest, used);
		ins->rest_urgent -= MIN(used, ins->rest_urgent);
	}
	if (ins->fin_server && !ins->fin_told && !buf_len(&ins->rest)) {
		ins->fin_told = true;
		inspect_fin(ins->ch, ADIT_TO_CLIENT);
	}
}

static bool client_ended(const struct inspection *ins)
{
	if (inspect_status(ins->ch) == INSPECT_FINISH)
		return true;
	return inspect_ended(ins->ch, ADIT_TO_CLIENT) ||
	       (ins->fin_told && inspect_is_detached(ins->ch));
}

static void inspection_to_client(struct inspection *ins)
{
	feed_rest(ins);
	if (may_read(ins)) {
		if (straight_bytes(ins, ADIT_TO_CLIENT)) {
			chan_readable(ins->gc->relay.chan);
			return;
		}
		read_server(ins);
		feed_rest(ins);
	}
	(void)inspect_consumed(ins->ch, ADIT_TO_CLIENT);
	if (buf_len(inspect_output(ins->ch, ADIT_TO_CLIENT)) ||
	    client_ended(ins))
		chan_readable(ins->gc->relay.chan);
}

/* What the plugin skips goes from the server to the session without a copy. */
static ssize_t inspection_read_straight(struct inspection *ins,
					const struct iovec *iov, int n,
					bool *urgent)
{
	uint64_t most = straight_bytes(ins, ADIT_TO_CLIENT);
	struct sock *s = &ins->gc->relay.sock;
	struct iovec part[STRAIGHT_PIECES];
	int k = straight_pieces(part, iov, n, most);
	ssize_t got = sock_read(s, part, k, urgent);

	/* The bytes stay there until there is credit for them. */
	if (!n && got == ERR_AGAIN)
		return got;
	ins->read_due = sock_seeks_end(s, got, part, k) ||
			sock_has_more(s, got, part, k);
	inspection_defer(ins);
	if (got > 0)
		inspect_went_straight(ins->ch, ADIT_TO_CLIENT, (size_t)got);
	ins->fin_server |= got == 0;
	return got ? got : ERR_AGAIN;
}

static ssize_t inspection_on_read(struct chan *c, const struct iovec *iov,
				  int n, bool *urgent)
{
	struct inspection *ins = inspection_of(c);
	struct buf *out = inspect_output(ins->ch, ADIT_TO_CLIENT);
	size_t mark = inspect_urgent(ins->ch, ADIT_TO_CLIENT);
	size_t most = mark ? mark : buf_len(out), done = 0;

	*urgent = false;
	if (!buf_len(out) && may_read(ins) &&
	    straight_bytes(ins, ADIT_TO_CLIENT))
		return inspection_read_straight(ins, iov, n, urgent);
	if (!buf_len(out))
		return client_ended(ins) ? 0 : ERR_AGAIN;
	if (!n)
		return ERR_AGAIN;
	for (; n > 0 && done < most; n--, iov++) {
		size_t k = MIN(iov->iov_len, most - done);

		memcpy(iov->iov_base, buf_ptr(out) + done, k);
		done += k;
	}
	*urgent = mark && done == mark;
	buf_take(out, done);
	inspection_defer(ins);
	return (ssize_t)done;
}

/* ---- both ------------------------------------------------------------- */

static void inspection_check_status(struct inspection *ins)
{
	struct chan *c = ins->gc->relay.chan;
	char who[WHO_TEXT];

	switch (inspect_status(ins->ch)) {
	case INSPECT_RESET:
		log_msg(LOG_WARN, inspection_who(ins, who), "%s",
			inspect_reason(ins->ch));
		chan_reset(c, REASON_PROTOCOL, inspect_reason(ins->ch));
		break;
	case INSPECT_FINISH:
		if (ins->server_gone)
			break;
		ins->server_gone = true;
		sock_close(&ins->gc->relay.sock, true);
		inspection_defer(ins);
		break;
	case INSPECT_DETACHED:
		if (inspection_is_done(ins))
			inspection_defer(ins);
		break;
	case INSPECT_RUN:
		break;
	}
}

/* What is kept for the client is charged; for what goes to the server there is
 * credit, of which a message that has come in part may need more. */
static void inspection_account(struct inspection *ins)
{
	struct chan *c = ins->gc->relay.chan;

	chan_keep(c,
		  buf_len(&ins->rest) + inspect_kept(ins->ch, ADIT_TO_CLIENT));
	chan_want(c, inspect_is_short(ins->ch, ADIT_TO_SERVER) ?
			     (uint32_t)ins->plugin->def.max_message :
			     0);
}

void inspection_pump(struct inspection *ins)
{
	if (inspection_is_dead(ins))
		return;
	inspection_to_client(ins);
	inspection_to_server(ins);
	/* What the one direction did may have set the other going. */
	inspect_run(ins->ch);
	if (inspection_is_dead(ins))
		return;
	inspection_account(ins);
	if (ins->backlog && !inspect_is_held(ins->ch, ADIT_TO_SERVER) &&
	    has_room(ins, ADIT_TO_SERVER) && has_room(ins, ADIT_TO_CLIENT))
		inspection_defer(ins);
	if (buf_len(inspect_output(ins->ch, ADIT_TO_CLIENT)) ||
	    client_ended(ins))
		chan_readable(ins->gc->relay.chan);
	inspection_time(ins);
	inspection_check_status(ins);
}

static void inspection_on_room(struct chan *c)
{
	inspection_pump(inspection_of(c));
}

static struct inspection *inspection_of_sock(struct sock *s)
{
	return container_of(s, struct gchan, relay.sock)->inspection;
}

static void inspection_on_readable(struct sock *s)
{
	struct inspection *ins = inspection_of_sock(s);

	session_set_now(ins->gc->gs->session, shard_now(ins->gc->gs->shard));
	ins->read_due = true;
	inspection_pump(ins);
}

static void inspection_on_writable(struct sock *s)
{
	struct inspection *ins = inspection_of_sock(s);

	session_set_now(ins->gc->gs->session, shard_now(ins->gc->gs->shard));
	inspection_pump(ins);
	/* Bytes behind a detached plugin wait with the session. */
	if (inspect_is_detached(ins->ch))
		chan_writable(ins->gc->relay.chan);
}

/* These are the same for all channels. */
static void inspection_on_opened(struct chan *c, const struct opened *o)
{
	inspection_of(c)->gc->calls->plain->opened(c, o);
}

static void inspection_on_closed(struct chan *c, unsigned reason,
				 const char *text)
{
	inspection_of(c)->gc->calls->plain->closed(c, reason, text);
}

const struct sock_ops inspection_sock_ops = {
	.readable = inspection_on_readable,
	.writable = inspection_on_writable,
};

const struct chan_ops inspection_chan_ops = {
	.read = inspection_on_read,
	.write = inspection_on_write,
	.finish = inspection_on_finish,
	.opened = inspection_on_opened,
	.closed = inspection_on_closed,
	.room = inspection_on_room,
	.counts = true,
};

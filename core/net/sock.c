/* SPDX-License-Identifier: BSD-2-Clause */
/* sock.c - a connected TCP socket on a loop, which keeps FIN, RST and urgent
 * data apart. */
#include "net/sock.h"

#include "base/err.h"
#include "net/options.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { IOV_MOST = 24 };

static void sock_on_rd(struct ev_loop *ev, ev_io *w, int events)
{
	struct sock *s = w->data;

	(void)events;
	/* Nobody has read since the last call: stop until somebody does. */
	if (s->announced) {
		ev_io_stop(ev, w);
		return;
	}
	s->announced = true;
	s->ops->readable(s);
}

static void sock_on_wr(struct ev_loop *ev, ev_io *w, int events)
{
	struct sock *s = w->data;

	(void)events;
	ev_io_stop(ev, w);
	s->ops->writable(s);
}

void sock_init(struct sock *s, const struct sock_ops *ops)
{
	*s = (struct sock){ .ops = ops, .fd = -1 };
	list_init(&s->young);
}

void sock_keep_alive(struct sock *s, unsigned seconds)
{
	s->keep_alive_s = seconds;
	if (s->fd >= 0 && list_is_empty(&s->young))
		option_keep_alive(s->fd, seconds);
}

void sock_ends_soon(struct sock *s)
{
	s->acks_end = s->seeks_end = true;
}

void sock_open(struct sock *s, struct loop *loop, int fd)
{
	s->loop = loop;
	s->fd = fd;
	if (!s->has_options) {
		option_exact(fd);
		option_grow_up(s);
	}
	s->quick = s->has_options;
	ev_io_init(&s->rd, sock_on_rd, fd, EV_READ);
	ev_io_init(&s->wr, sock_on_wr, fd, EV_WRITE);
	s->rd.data = s->wr.data = s;
	ev_set_priority(&s->rd, s->priority);
	ev_io_start(loop->ev, &s->rd);
}

static ssize_t end_of(struct sock *s, ssize_t n)
{
	int on = 1;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return ERR_AGAIN;
	s->ended = true;
	s->ended_first = !n && s->has_read && !s->has_read_more &&
			 !s->has_finished;
	ev_io_stop(s->loop->ev, &s->rd);
	if (!n && s->acks_end)
		setsockopt(s->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
	return n < 0 || s->broken ? ERR_SYS : 0;
}

/* Only whether the end has come, for a caller that has no room for bytes. */
static ssize_t peek(struct sock *s)
{
	char c;
	ssize_t n = recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);

	return n > 0 ? ERR_AGAIN : end_of(s, n);
}

static ssize_t receive(struct sock *s, const struct iovec *iov, int n)
{
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)iov,
			    .msg_iovlen = (size_t)n };

	if (n == 1)
		return recv(s->fd, iov->iov_base, iov->iov_len, MSG_DONTWAIT);
	return recvmsg(s->fd, &m, MSG_DONTWAIT);
}

ssize_t sock_read(struct sock *s, const struct iovec *iov, int n, bool *urgent)
{
	int mark = 0;
	struct iovec one;
	ssize_t got;

	*urgent = false;
	if (s->ended || s->fd < 0)
		return s->broken ? ERR_SYS : ERR_AGAIN;
	if (!n)
		return peek(s);
	if (s->seeks_end && !s->announced) {
		s->seeks_end = false;
		return peek(s);
	}
	/* The peer mostly answers our FIN with its own. */
	if (s->seeks_fin) {
		s->seeks_fin = false;
		got = peek(s);
		if (got != ERR_AGAIN)
			return got;
	}
	/* The kernel ends a read before the urgent byte (tcp(7), SIOCATMARK).
	 * At the mark this reads that byte alone. */
	if (!ioctl(s->fd, SIOCATMARK, &mark) && mark) {
		one = (struct iovec){ iov->iov_base, 1 };
		iov = &one;
		n = 1;
	}
	got = receive(s, iov, n);
	s->announced = false;
	s->contended = !ev_is_active(&s->rd);
	ev_io_start(s->loop->ev, &s->rd);
	if (got <= 0)
		return end_of(s, got);
	s->has_read_more = s->has_read;
	s->has_read = true;
	*urgent = mark != 0;
	return got;
}

static size_t total(const struct iovec *iov, int n)
{
	size_t sum = 0;

	while (n-- > 0)
		sum += iov[n].iov_len;
	return sum;
}

bool sock_seeks_end(const struct sock *s, ssize_t got, const struct iovec *iov,
		    int n)
{
	return s->seeks_end && got > 0 && (size_t)got < total(iov, n);
}

/* The next byte has arrived, as after an event, so that it is known whether it
 * is the urgent one. */
bool sock_has_more(struct sock *s, ssize_t got, const struct iovec *iov, int n)
{
	int more = 0;

	if (!s->contended || got <= 0 || (size_t)got < total(iov, n) ||
	    ioctl(s->fd, SIOCINQ, &more) || more < got)
		return false;
	s->announced = true;
	ev_io_stop(s->loop->ev, &s->rd);
	return true;
}

static ssize_t transmit(struct sock *s, const struct iovec *iov, int n)
{
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)iov,
			    .msg_iovlen = (size_t)n };

	return sendmsg(s->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Sends all but the last byte, then that byte alone, as urgent (MSG_OOB).  If
 * there are more pieces than IOV_MOST, it sends only so many: the urgent byte
 * is in the last piece, and the caller comes again with what was not sent. */
static ssize_t transmit_urgent(struct sock *s, const struct iovec *iov, int n)
{
	struct iovec head[IOV_MOST];
	size_t len = total(iov, n);
	ssize_t done = 0, last;

	if (n > IOV_MOST)
		return transmit(s, iov, IOV_MOST);
	for (int i = 0; i < n; i++)
		head[i] = iov[i];
	if (len > 1) {
		head[n - 1].iov_len--;
		done = transmit(s, head, n);
		if (done < (ssize_t)len - 1)
			return done;
	}
	last = send(s->fd, (char *)iov[n - 1].iov_base + iov[n - 1].iov_len - 1,
		    1, MSG_OOB | MSG_NOSIGNAL | MSG_DONTWAIT);
	if (last < 0)
		return done ? done : last;
	return done + 1;
}

/* The first write needs no TCP_NODELAY: nothing before it waits for an ACK. */
static void sock_hurry(struct sock *s)
{
	if (s->quick)
		return;
	s->quick = s->has_written;
	s->has_written = true;
	if (s->quick)
		option_no_delay(s->fd);
}

ssize_t sock_write(struct sock *s, const struct iovec *iov, int n, bool urgent)
{
	size_t want = total(iov, n);
	ssize_t done;

	if (s->fd < 0)
		return ERR_AGAIN;
	if (s->broken)
		return (ssize_t)want;
	sock_hurry(s);
	done = urgent ? transmit_urgent(s, iov, n) : transmit(s, iov, n);
	if (done < 0 && errno != EAGAIN && errno != EINTR) {
		/* The peer does not take bytes any more, but some that it has
		 * sent may still wait to be read.  So the error is reported
		 * when these are read, and what is written until then is
		 * lost. */
		s->broken = true;
		if (!s->ended)
			ev_io_start(s->loop->ev, &s->rd);
		return s->ended ? ERR_SYS : (ssize_t)want;
	}
	if (done < 0)
		done = 0;
	if ((size_t)done < want)
		ev_io_start(s->loop->ev, &s->wr);
	return done;
}

void sock_await_writable(struct sock *s)
{
	if (s->fd >= 0)
		ev_io_start(s->loop->ev, &s->wr);
}

void sock_finish(struct sock *s)
{
	if (s->fd < 0)
		return;
	s->has_finished = s->seeks_fin = true;
	shutdown(s->fd, SHUT_WR);
}

void sock_close(struct sock *s, bool reset)
{
	if (s->fd < 0)
		return;
	ev_io_stop(s->loop->ev, &s->rd);
	ev_io_stop(s->loop->ev, &s->wr);
	list_remove(&s->young);
	if (reset)
		close(s->fd);
	else
		tcp_close(s->fd);
	s->fd = -1;
}

static int sock_option(int fd, int name)
{
	int value = -1;
	socklen_t n = sizeof value;

	return getsockopt(fd, SOL_SOCKET, name, &value, &n) ? -1 : value;
}

bool tcp_is(int fd, bool listens)
{
	return sock_option(fd, SO_PROTOCOL) == IPPROTO_TCP &&
	       sock_option(fd, SO_ACCEPTCONN) == listens;
}

void tcp_reset(int fd)
{
	option_linger(fd, true);
	close(fd);
}

void tcp_close(int fd)
{
	option_linger(fd, false);
	close(fd);
}

void tcp_quick(int fd)
{
	option_no_delay(fd);
	option_keep_alive(fd, 0);
}

void tcp_hand_down(int listener, unsigned keep_alive_s)
{
	option_exact(listener);
	option_no_delay(listener);
	option_keep_alive(listener, keep_alive_s);
}

static int tcp_socket(const struct addr *a)
{
	return socket(a->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		      IPPROTO_TCP);
}

static int sock_fail(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

int tcp_listen(const struct addr *at, int backlog, bool reuse)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(at, &ss);
	int fd = tcp_socket(at), on = 1;

	if (fd < 0)
		return -1;
	if (reuse)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (at->family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&ss, len) ||
	    (backlog && listen(fd, backlog)))
		return sock_fail(fd);
	return fd;
}

static int begin_connect(int fd, const struct addr *to)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(to, &ss);

	if (connect(fd, (struct sockaddr *)&ss, len) && errno != EINPROGRESS)
		return sock_fail(fd);
	return fd;
}

int tcp_connect(const struct addr *to, const struct addr *from)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = tcp_socket(to), on = 1;

	if (fd < 0)
		return -1;
	if (from) {
		len = addr_to_sa(from, &ss);
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
			   sizeof on);
		if (bind(fd, (struct sockaddr *)&ss, len))
			return sock_fail(fd);
	}
	return begin_connect(fd, to);
}

int tcp_connect_small(const struct addr *to, int segment)
{
	int fd = tcp_socket(to);

	if (fd < 0)
		return -1;
	/* TCP tells the peer this size, too, and the peer keeps to it. */
	if (segment)
		setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment,
			   sizeof segment);
	return begin_connect(fd, to);
}

int tcp_connected(int fd, const struct addr *to)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(to, &ss);

	return connect(fd, (struct sockaddr *)&ss, len) ? errno : 0;
}

int tcp_accept(int listener, struct addr *peer)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof ss;
	int fd = accept4(listener, (struct sockaddr *)&ss, &len,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0 && peer)
		*peer = addr_from_sa(&ss);
	return fd;
}

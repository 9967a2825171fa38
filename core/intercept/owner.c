/* SPDX-License-Identifier: BSD-2-Clause */
/* owner.c - whose connection is it: questions to the kernel. */
#include "intercept/owner.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum {
	/* net/tcp_states.h of the kernel */
	STATE_FIN_WAIT2 = 5,
	STATE_TIME_WAIT = 6,
	STATE_LISTEN = 10,
	ANSWER_MAX_BYTES = 32768, /* of one read; the kernel cuts to fit */
};

int owner_init(struct owner_check *o)
{
	*o = (struct owner_check){ .uid = geteuid() };
	o->nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!o->nl)
		return ERR_SYS;
	if (mnl_socket_bind(o->nl, 0, MNL_SOCKET_AUTOPID)) {
		owner_fini(o);
		return ERR_SYS;
	}
	return 0;
}

int owner_adopt(struct owner_check *o, int fd)
{
	*o = (struct owner_check){ .uid = geteuid() };
	o->nl = fd < 0 ? NULL : mnl_socket_fdopen(fd);
	if (o->nl)
		return 0;
	if (fd >= 0)
		close(fd);
	return ERR_SYS;
}

void owner_fini(struct owner_check *o)
{
	if (o->nl)
		mnl_socket_close(o->nl);
	o->nl = NULL;
}

static struct nlmsghdr *request(struct owner_check *o, char *buf,
				struct inet_diag_req_v2 **req)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = NLM_F_REQUEST;
	h->nlmsg_seq = ++o->seq;
	*req = mnl_nlmsg_put_extra_header(h, sizeof **req);
	memset(*req, 0, sizeof **req);
	(*req)->sdiag_protocol = IPPROTO_TCP;
	return h;
}

struct owner_question {
	const struct addr *own, *peer; /* peer NULL: who listens at own */
	struct owner answer;
	bool answered;
};

/* When the FIN of a closed socket is acknowledged, the kernel keeps only its
 * addresses and sequence numbers, not its user. */
static bool is_rest(const struct inet_diag_msg *m)
{
	return !m->idiag_inode && (m->idiag_state == STATE_FIN_WAIT2 ||
				   m->idiag_state == STATE_TIME_WAIT);
}

static int owner_on_attr(const struct nlattr *a, void *ctx)
{
	uint64_t *cgroup = ctx;

	if (mnl_attr_get_type(a) == INET_DIAG_CGROUP_ID &&
	    mnl_attr_get_payload_len(a) == sizeof *cgroup)
		memcpy(cgroup, mnl_attr_get_payload(a), sizeof *cgroup);
	return MNL_CB_OK;
}

static uint64_t cgroup_of(const struct nlmsghdr *h)
{
	uint64_t cgroup = 0;

	if (mnl_attr_parse(h, sizeof(struct inet_diag_msg), owner_on_attr,
			   &cgroup) < 0)
		return 0;
	return cgroup;
}

/* Where there is no such connection, the kernel answers with what listens: with
 * the socket that a new one would come to. */
static int owner_on_one(const struct nlmsghdr *h, void *ctx)
{
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(h);
	struct owner_question *q = ctx;
	bool listens = m->idiag_state == STATE_LISTEN;

	q->answered = m->id.idiag_sport == htons(q->own->port) &&
		      (q->peer ? !listens && m->id.idiag_dport ==
						     htons(q->peer->port) :
				 listens);
	q->answer = (struct owner){
		.uid = m->idiag_uid,
		.inode = m->idiag_inode,
		.cgroup = cgroup_of(h),
		.is_rest = is_rest(m),
	};
	return MNL_CB_STOP;
}

/* One piece of the answer to the question asked last.  What is left of an
 * earlier answer that was not read to its end is no answer to this one. */
static int owner_read_answer(struct owner_check *o, char *buf, mnl_cb_t fn,
			     void *ctx)
{
	ssize_t n;
	int ret;

	do {
		n = mnl_socket_recvfrom(o->nl, buf, ANSWER_MAX_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_SYS;
		errno = 0;
		ret = mnl_cb_run(buf, (size_t)n, o->seq,
				 mnl_socket_get_portid(o->nl), fn, ctx);
	} while (n < 0 || (ret < 0 && errno == EPROTO));
	return ret < 0 ? ERR_NOTFOUND : ret;
}

static int owner_look_up(struct owner_check *o, struct owner_question *q,
			 struct owner *to)
{
	static const struct addr nobody;
	const struct addr *peer = q->peer ? q->peer : &nobody;
	char buf[ANSWER_MAX_BYTES];
	struct inet_diag_req_v2 *req;
	struct nlmsghdr *h = request(o, buf, &req);
	int ret;

	req->sdiag_family = (uint8_t)q->own->family;
	req->idiag_states = UINT32_MAX;
	req->id.idiag_sport = htons(q->own->port);
	req->id.idiag_dport = htons(peer->port);
	memcpy(req->id.idiag_src, q->own->ip, sizeof q->own->ip);
	memcpy(req->id.idiag_dst, peer->ip, sizeof peer->ip);
	req->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	req->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (mnl_socket_sendto(o->nl, h, h->nlmsg_len) < 0)
		return ERR_SYS;
	ret = owner_read_answer(o, buf, owner_on_one, q);
	if (ret < 0 || !q->answered)
		return ret == ERR_SYS ? ret : ERR_NOTFOUND;
	*to = q->answer;
	return 0;
}

int owner_of(struct owner_check *o, const struct addr *own,
	     const struct addr *peer, struct owner *to)
{
	struct owner_question q = { .own = own, .peer = peer };

	return owner_look_up(o, &q, to);
}

int owner_of_listener(struct owner_check *o, const struct addr *at,
		      struct owner *to)
{
	struct owner_question q = { .own = at };

	return owner_look_up(o, &q, to);
}

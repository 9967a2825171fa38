/* SPDX-License-Identifier: BSD-2-Clause */
/* owner.c - whose connection is it: questions to the kernel. */
#include "agent/owner.h"

#include "base/err.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum {
	STATE_LISTEN = 10,              /* net/tcp_states.h of the kernel */
	ANSWER_MAX_BYTES = 32768,       /* of one read; the kernel cuts to fit */
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

void owner_fini(struct owner_check *o)
{
	if (o->nl)
		mnl_socket_close(o->nl);
	o->nl = NULL;
}

static struct nlmsghdr *request(struct owner_check *o, char *buf,
				struct inet_diag_req_v2 **req, int flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++o->seq;
	*req = mnl_nlmsg_put_extra_header(h, sizeof **req);
	memset(*req, 0, sizeof **req);
	(*req)->sdiag_protocol = IPPROTO_TCP;
	return h;
}

struct question {
	uint16_t own, peer;             /* ports, network byte order */
	struct owner answer;
	bool answered;
};

/* Where there is no such connection, the kernel answers with what listens. */
static int on_one(const struct nlmsghdr *h, void *ctx)
{
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(h);
	struct question *q = ctx;

	q->answered = m->idiag_state != STATE_LISTEN &&
		      m->id.idiag_sport == q->own &&
		      m->id.idiag_dport == q->peer;
	q->answer = (struct owner){ m->idiag_uid, m->idiag_inode };
	return MNL_CB_STOP;
}

int owner_of(struct owner_check *o, const struct addr *own,
	     const struct addr *peer, struct owner *to)
{
	char buf[ANSWER_MAX_BYTES];
	struct inet_diag_req_v2 *req;
	struct nlmsghdr *h = request(o, buf, &req, 0);
	struct question q = { htons(own->port), htons(peer->port), { 0 },
			      false };
	ssize_t n;

	req->sdiag_family = (uint8_t)own->family;
	req->idiag_states = UINT32_MAX;
	req->id.idiag_sport = q.own;
	req->id.idiag_dport = q.peer;
	memcpy(req->id.idiag_src, own->ip, sizeof own->ip);
	memcpy(req->id.idiag_dst, peer->ip, sizeof peer->ip);
	req->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	req->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (mnl_socket_sendto(o->nl, h, h->nlmsg_len) < 0)
		return ERR_SYS;
	n = mnl_socket_recvfrom(o->nl, buf, sizeof buf);
	if (n < 0)
		return ERR_SYS;
	if (mnl_cb_run(buf, (size_t)n, o->seq, mnl_socket_get_portid(o->nl),
		       on_one, &q) < 0 || !q.answered)
		return ERR_NOTFOUND;
	*to = q.answer;
	return 0;
}

bool owner_is_mine(struct owner_check *o, const struct addr *peer,
		   const struct addr *local, const char **why)
{
	struct owner who;
	int ret = owner_of(o, peer, local, &who);

	/* A socket that its program has closed already may tell no owner: then
	 * it looks like root's, and anybody may have sent its bytes. */
	if (!ret && who.uid == o->uid && (who.inode || o->uid))
		return true;
	if (ret == ERR_SYS)
		*why = "its user could not be asked for";
	else if (ret || !who.inode)
		*why = "its program was gone before its user was known";
	else
		*why = "another user's";
	return false;
}

struct listening {
	const struct addr *at;
	uid_t uid;
	uint32_t *inodes;
	unsigned n, cap;
};

static int on_listening(const struct nlmsghdr *h, void *ctx)
{
	static const uint8_t any[16];
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(h);
	struct listening *l = ctx;
	size_t len = m->idiag_family == AF_INET ? 4 : 16;

	if (m->idiag_uid != l->uid || !m->idiag_inode || l->n == l->cap ||
	    ntohs(m->id.idiag_sport) != l->at->port)
		return MNL_CB_OK;
	/* A socket at [::] may take IPv4 as well. */
	if (!memcmp(m->id.idiag_src, any, len) ||
	    (m->idiag_family == l->at->family &&
	     !memcmp(m->id.idiag_src, l->at->ip, len)))
		l->inodes[l->n++] = m->idiag_inode;
	return MNL_CB_OK;
}

static int list_family(struct owner_check *o, int family, struct listening *l)
{
	char buf[ANSWER_MAX_BYTES];
	struct inet_diag_req_v2 *req;
	struct nlmsghdr *h = request(o, buf, &req, NLM_F_DUMP);
	ssize_t n;
	int ret = MNL_CB_OK;

	req->sdiag_family = (uint8_t)family;
	req->idiag_states = 1U << STATE_LISTEN;
	if (mnl_socket_sendto(o->nl, h, h->nlmsg_len) < 0)
		return ERR_SYS;
	while (ret > MNL_CB_STOP &&
	       (n = mnl_socket_recvfrom(o->nl, buf, sizeof buf)) > 0)
		ret = mnl_cb_run(buf, (size_t)n, o->seq,
				 mnl_socket_get_portid(o->nl), on_listening, l);
	return ret == MNL_CB_STOP ? 0 : ERR_SYS;
}

unsigned owner_listening(struct owner_check *o, const struct addr *at,
			 uint32_t *inodes, unsigned cap)
{
	struct listening l = { at, o->uid, inodes, 0, cap };

	if (!list_family(o, at->family, &l) && at->family == AF_INET &&
	    list_family(o, AF_INET6, &l))
		return l.n;             /* a machine without IPv6 */
	return l.n;
}

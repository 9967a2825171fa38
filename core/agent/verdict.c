/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict.c - whether a connection is this user's, also where its program has
 * closed it before the question came.
 *
 * A closed socket has no inode.  Linux keeps its user since 6.16; before, the
 * answer is the same for everybody's.  What outlives the program on all kernels
 * since 5.9 is the cgroup that the socket was made in. */
#include "agent/verdict.h"

#include "base/err.h"
#include "net/sock.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOMEBODY = 65534 }; /* who is not root */

static enum owner_verdict compare(uid_t me, uid_t uid)
{
	return uid == me ? OWNER_MINE : OWNER_OTHER;
}

enum owner_verdict verdict_judge(const struct verdict_facts *f)
{
	if (f->who.inode || (f->keeps && !f->who.is_rest))
		return compare(f->me, f->who.uid);
	/* A socket of another slice is not for certain another user's: su(1)
	 * does not change the slice. */
	return f->in_slice ? OWNER_MINE : OWNER_UNTOLD;
}

/* Makes a connection to itself, closes one end, and asks the kernel whose
 * that end was.  One byte is sent before, for a FIN alone may be
 * acknowledged at once.  Root gives the socket to another user first,
 * because 0 would also mean "no user".  False: no answer. */
static bool ask_of_closed(struct owner_check *o, struct owner *who)
{
	struct addr at = { .family = AF_INET, .ip = { 127, 0, 0, 1 } }, from;
	int listener = tcp_listen(&at, 1, false), app;
	bool told = false;

	if (listener < 0)
		return false;
	at = addr_local(listener);
	app = tcp_connect(&at, NULL);
	if (app >= 0) {
		from = addr_local(app);
		told = (o->uid || !fchown(app, SOMEBODY, (gid_t)-1)) &&
		       send(app, "", 1, MSG_NOSIGNAL) == 1;
		close(app);
		told = told && !owner_of(o, &from, &at, who) && !who->is_rest;
	}
	close(listener);
	return told;
}

static bool kernel_keeps(struct owner_check *o)
{
	struct owner who;

	if (!o->probed && ask_of_closed(o, &who)) {
		o->probed = true;
		o->keeps = who.uid == (o->uid ? o->uid : SOMEBODY);
	}
	return o->keeps;
}

static bool in_slice(uid_t me, const struct owner *who)
{
	return who->cgroup &&
	       (slice_has("/sys/fs/cgroup/user.slice", me, who->cgroup) ||
		slice_has("/sys/fs/cgroup/unified/user.slice", me,
			  who->cgroup));
}

enum owner_verdict verdict_ask(struct owner_check *o, const struct addr *peer,
			       const struct addr *local)
{
	struct verdict_facts f = { .me = o->uid };
	int ret = owner_of(o, peer, local, &f.who);

	if (ret)
		return ret == ERR_NOTFOUND ? OWNER_UNTOLD : OWNER_UNASKED;
	if (!f.who.inode) {
		f.keeps = kernel_keeps(o);
		f.in_slice = !f.keeps && in_slice(o->uid, &f.who);
	}
	return verdict_judge(&f);
}

const char *verdict_why(enum owner_verdict v)
{
	switch (v) {
	case OWNER_MINE:
		return "";
	case OWNER_OTHER:
		return "its program belongs to another user";
	case OWNER_UNTOLD:
		return "its program closed it before the kernel could say "
		       "which user it belongs to (see early_close in "
		       "adit.ini)";
	default:
		return "the kernel did not say which user it belongs to";
	}
}

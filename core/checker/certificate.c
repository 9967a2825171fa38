/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate.c - verifies clients' certificates, in a checker: what strangers
 * send is parsed here, where no key is. */
#include "checker/certificate.h"

#include "base/err.h"
#include "process/msg_certificate.h"

#include <string.h>

void certificate_check_fini(struct certificate_check *c)
{
	client_ca_free(c->ca);
	*c = (struct certificate_check){ 0 };
}

/* The monitor has read the same bytes without an error. */
static int certificate_load(struct certificate_check *c, int fd,
			    uint64_t bundle)
{
	const char *ca, *crl;
	struct buf b = { 0 };
	char why[300];
	int r;

	if (c->bundle == bundle && c->ca)
		return 0;
	certificate_check_fini(c);
	r = msg_memfd_read(fd, &b, CLIENT_BUNDLE_MAX);
	if (!r)
		r = unpack_client_bundle(&b, &ca, &crl);
	if (!r)
		r = client_ca_new(&c->ca, ca, crl, why, sizeof why);
	buf_fini(&b);
	if (!r)
		c->bundle = bundle;
	return r;
}

static void certificate_judge(struct certificate_check *c, const struct msg *m,
			      const struct msg_certificate *q,
			      struct client_answer *a)
{
	const struct client_rule rule = { .from = (enum client_name)q->from,
					  .prefix = q->prefix,
					  .suffix = q->suffix,
					  .crl_grace = q->crl_grace };
	struct buf chain = { 0 };

	*a = (struct client_answer){ .verdict = CLIENT_BROKEN };
	if (certificate_load(c, m->fds[0], q->bundle))
		return;
	a->verdict = CLIENT_MALFORMED;
	if (!msg_memfd_read(m->fds[1], &chain, CLIENT_CHAIN_MAX))
		client_ca_judge(c->ca, &rule, buf_ptr(&chain), buf_len(&chain),
				a);
	buf_fini(&chain);
}

int certificate_check_one(struct certificate_check *c, struct msg *m)
{
	struct msg_certificate q;
	struct client_answer a;

	if (m->nfds != 2 || unpack_msg_certificate(&q, m->data, m->len))
		return ERR_PROTO;
	certificate_judge(c, m, &q, &a);
	m->type = MSG_CERTIFICATE_IS;
	m->len = pack_client_answer(m->data, sizeof m->data, &a);
	return 0;
}

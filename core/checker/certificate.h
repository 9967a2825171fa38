/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate.h - verifies clients' certificates, in a checker. */
#ifndef ADIT_CHECKER_CERTIFICATE_H
#define ADIT_CHECKER_CERTIFICATE_H

#include "process/msg.h"

#include "tls/client_ca.h"

/* The authorities that were read last: reading a long CRL takes time. */
struct certificate_check {
	uint64_t bundle; /* 0: none */
	struct client_ca *ca;
};

void certificate_check_fini(struct certificate_check *);
/* Turns MSG_CERTIFICATE into its answer.  0 or ERR_PROTO; the descriptors of
 * the message stay the caller's. */
MUST_CHECK int certificate_check_one(struct certificate_check *, struct msg *);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* priority.c - which ciphers and key exchanges a connection may use. */
#include "tls/session.h"

#include <stdio.h>

/* `first` is a key exchange group to prefer to the others, or NULL. */
static int priority_parse(gnutls_priority_t *out, const char *first)
{
	char text[256];
	int ret;

	snprintf(text, sizeof(text),
		 "NORMAL:-VERS-ALL:+VERS-TLS1.3:"
		 "-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:"
		 "-GROUP-ALL%s%s:+GROUP-X25519:+GROUP-SECP256R1:"
		 "%%SERVER_PRECEDENCE",
		 first ? ":+" : "", first ? first : "");
	ret = gnutls_priority_init(out, text, NULL);
	if (ret < 0)
		*out = NULL;
	return ret;
}

gnutls_priority_t priority_new(const char *first)
{
	gnutls_priority_t p;
	int ret;

	/* GnuTLS refuses the whole text if it does not know one word of it. */
	ret = priority_parse(&p, first);
	if (ret < 0 && ret != GNUTLS_E_MEMORY_ERROR)
		(void)priority_parse(&p, NULL);
	return p;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* takeover.c - the records of a connection pass from GnuTLS to records.c when
 * the handshake is done.
 *
 * GnuTLS reads a record's header and then just its body, so whatever follows
 * the handshake was not read yet. */
#include "tls/records.h"
#include "tls/session.h"

#include <string.h>

enum {
	/* extensions that limit the records that the sender wants to get */
	MAX_FRAGMENT_LENGTH = 1, /* RFC 6066, 4 */
	RECORD_SIZE_LIMIT = 28,  /* RFC 8449 */
};

static int on_extension(void *ctx, unsigned id, const unsigned char *p,
			unsigned n)
{
	struct tls *t = ctx;

	if (id == MAX_FRAGMENT_LENGTH ||
	    (id == RECORD_SIZE_LIMIT &&
	     (n != 2 || (p[0] << 8 | p[1]) < TLS_RECORD_MAX + 1)))
		t->stays = true;
	return 0;
}

/* Looks at the extensions of the peer. */
static int on_message(gnutls_session_t session, unsigned type, unsigned when,
		      unsigned incoming, const gnutls_datum_t *message)
{
	struct tls *t = gnutls_session_get_ptr(session);
	unsigned flags = 0;

	(void)when;
	if (!incoming)
		return 0;
	/* What cannot be parsed fails in the handshake. */
	if (type == GNUTLS_HANDSHAKE_CLIENT_HELLO)
		flags = GNUTLS_EXT_RAW_FLAG_TLS_CLIENT_HELLO;
	else if (type != GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS)
		return 0;
	(void)gnutls_ext_raw_parse(t, on_extension, message, flags);
	return 0;
}

void tls_session_watch(struct tls *t)
{
	gnutls_handshake_set_hook_function(t->session, GNUTLS_HANDSHAKE_ANY,
					   GNUTLS_HOOK_POST, on_message);
}

static bool may_take(const struct tls *t)
{
	gnutls_cipher_algorithm_t c = gnutls_cipher_get(t->session);

	return !t->stays &&
	       (c == GNUTLS_CIPHER_AES_128_GCM ||
		c == GNUTLS_CIPHER_AES_256_GCM) &&
	       !gnutls_record_check_pending(t->session) && aead_gcm_is_there();
}

/* The key of one direction; without a cipher where there is none. */
static struct records_key key_of(const struct tls *t, bool reads)
{
	gnutls_datum_t key = { NULL, 0 }, iv = { NULL, 0 };
	struct records_key k = { 0 };
	unsigned char number[8];

	if (gnutls_record_get_state(t->session, reads, NULL, &iv, &key,
				    number) < 0 ||
	    iv.size != sizeof k.iv || (key.size != 16 && key.size != 32))
		return k;
	memcpy(k.iv, iv.data, sizeof k.iv);
	for (unsigned i = 0; i < sizeof number; i++)
		k.number = k.number << 8 | number[i];
	k.aead = aead_gcm_new(key.data, key.size);
	return k;
}

int tls_session_take_over(struct tls *t)
{
	struct records_key in, out;

	if (!may_take(t))
		return 0;
	in = key_of(t, true);
	out = key_of(t, false);
	t->records = records_new(&in, &out, t->client != NULL);
	tls_wipe(&in, sizeof in);
	tls_wipe(&out, sizeof out);
	if (!t->records)
		return GNUTLS_E_MEMORY_ERROR;
	records_input(t->records, t->in, t->in_left);
	return 0;
}

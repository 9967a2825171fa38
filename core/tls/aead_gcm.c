/* SPDX-License-Identifier: BSD-2-Clause */
/* aead_gcm.c - AES-GCM by libipsec-mb, which uses the widest instructions that
 * the processor has. */
#include "tls/aead.h"

#ifdef HAVE_IPSEC_MB

#include "tls/tls.h"

#include <intel-ipsec-mb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What the library has for one length of key. */
struct gcm_calls {
	aes_gcm_pre_t expand;
	aes_gcm_init_t begin;
	aes_gcm_enc_dec_update_t encrypt, decrypt;
	aes_gcm_enc_dec_finalize_t seal_tag, open_tag;
};

struct gcm {
	struct aead aead;
	const struct gcm_calls *calls;
	struct gcm_key_data key;
};

static struct {
	bool is_there;
	struct gcm_calls aes128, aes256;
} gcm;
static pthread_once_t gcm_once = PTHREAD_ONCE_INIT;

static void gcm_take(const IMB_MGR *m)
{
	gcm.aes128 = (struct gcm_calls){
		m->gcm128_pre,          m->gcm128_init,
		m->gcm128_enc_update,   m->gcm128_dec_update,
		m->gcm128_enc_finalize, m->gcm128_dec_finalize,
	};
	gcm.aes256 = (struct gcm_calls){
		m->gcm256_pre,          m->gcm256_init,
		m->gcm256_enc_update,   m->gcm256_dec_update,
		m->gcm256_enc_finalize, m->gcm256_dec_finalize,
	};
}

/* The library tests itself meanwhile.  Of its manager, which is some 100 kB
 * long, only the functions are needed. */
static void gcm_look(void)
{
	static const uint64_t needed = IMB_FEATURE_AESNI |
				       IMB_FEATURE_PCLMULQDQ;
	IMB_MGR *m = alloc_mb_mgr(0);

	if (!m)
		return;
	if ((m->features & needed) == needed) {
		init_mb_mgr_auto(m, NULL);
		gcm.is_there = !imb_get_errno(m);
		gcm_take(m);
	}
	free_mb_mgr(m);
}

bool aead_gcm_is_there(void)
{
	pthread_once(&gcm_once, gcm_look);
	return gcm.is_there;
}

static void gcm_seal(struct aead *a, const uint8_t nonce[AEAD_NONCE],
		     uint8_t *record, const uint8_t *p, size_t n)
{
	struct gcm *g = container_of(a, struct gcm, aead);
	uint8_t *to = record + AEAD_HEADER;
	struct gcm_context_data c;

	g->calls->begin(&g->key, &c, nonce, record, AEAD_HEADER);
	g->calls->encrypt(&g->key, &c, to, p, n);
	g->calls->encrypt(&g->key, &c, to + n, to + n, 1);
	g->calls->seal_tag(&g->key, &c, to + n + 1, AEAD_TAG);
}

static bool gcm_open(struct aead *a, const uint8_t nonce[AEAD_NONCE],
		     uint8_t *record, size_t n)
{
	struct gcm *g = container_of(a, struct gcm, aead);
	uint8_t *p = record + AEAD_HEADER, tag[AEAD_TAG];
	struct gcm_context_data c;

	n -= AEAD_TAG;
	g->calls->begin(&g->key, &c, nonce, record, AEAD_HEADER);
	g->calls->decrypt(&g->key, &c, p, p, n);
	g->calls->open_tag(&g->key, &c, tag, AEAD_TAG);
	return tls_same(tag, p + n, AEAD_TAG);
}

static void gcm_free(struct aead *a)
{
	struct gcm *g = container_of(a, struct gcm, aead);

	tls_wipe(&g->key, sizeof g->key);
	free(g);
}

struct aead *aead_gcm_new(const uint8_t *key, size_t n)
{
	struct gcm *g = aligned_alloc(_Alignof(struct gcm), sizeof *g);

	if (!g)
		return NULL;
	g->aead = (struct aead){ gcm_seal, gcm_open, gcm_free };
	g->calls = n == 16 ? &gcm.aes128 : &gcm.aes256;
	g->calls->expand(key, &g->key);
	return &g->aead;
}

#else

bool aead_gcm_is_there(void)
{
	return false;
}

struct aead *aead_gcm_new(const uint8_t *key, size_t n)
{
	(void)key;
	(void)n;
	return NULL;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* scheme.c - the TLS 1.3 signature schemes that a gateway's key can make. */
#include "tls/scheme.h"

#include "base/defs.h"

enum { RSA_LEAST = 2048 };

static const struct scheme schemes[] = {
	{ 0x0403,
	  GNUTLS_SIGN_ECDSA_SECP256R1_SHA256,
	  GNUTLS_DIG_SHA256,
	  { GNUTLS_PK_ECDSA, 256 } },
	{ 0x0503,
	  GNUTLS_SIGN_ECDSA_SECP384R1_SHA384,
	  GNUTLS_DIG_SHA384,
	  { GNUTLS_PK_ECDSA, 384 } },
	{ 0x0603,
	  GNUTLS_SIGN_ECDSA_SECP521R1_SHA512,
	  GNUTLS_DIG_SHA512,
	  { GNUTLS_PK_ECDSA, 528 } }, /* P-521: GnuTLS counts whole bytes */
	{ 0x0804,
	  GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
	  GNUTLS_DIG_SHA256,
	  { GNUTLS_PK_RSA, 0 } },
	{ 0x0805,
	  GNUTLS_SIGN_RSA_PSS_RSAE_SHA384,
	  GNUTLS_DIG_SHA384,
	  { GNUTLS_PK_RSA, 0 } },
	{ 0x0806,
	  GNUTLS_SIGN_RSA_PSS_RSAE_SHA512,
	  GNUTLS_DIG_SHA512,
	  { GNUTLS_PK_RSA, 0 } },
	{ 0x0807,
	  GNUTLS_SIGN_EDDSA_ED25519,
	  GNUTLS_DIG_UNKNOWN,
	  { GNUTLS_PK_EDDSA_ED25519, 0 } },
};

static bool scheme_fits(const struct scheme *s, struct key_kind kind)
{
	return s->kind.pk == kind.pk &&
	       (!s->kind.bits || s->kind.bits == kind.bits);
}

const struct scheme *scheme_by_number(int number, struct key_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (schemes[i].number == number &&
		    scheme_fits(&schemes[i], kind))
			return &schemes[i];
	return NULL;
}

const struct scheme *scheme_by_sign(gnutls_sign_algorithm_t sign,
				    struct key_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (schemes[i].sign == sign && scheme_fits(&schemes[i], kind))
			return &schemes[i];
	return NULL;
}

bool scheme_takes_key(struct key_kind kind)
{
	if (kind.pk == GNUTLS_PK_RSA && kind.bits < RSA_LEAST)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (scheme_fits(&schemes[i], kind))
			return true;
	return false;
}

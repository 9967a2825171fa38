/* SPDX-License-Identifier: BSD-2-Clause */
/* users_hash.c - what kind of hash a password is kept as: crypt(5). */
#include "policy/users.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	BCRYPT_COST = 10,  /* less is quick to guess; each one doubles it */
	SHA_ROUNDS = 5000, /* where none are given */
	DES_LENGTH = 13,
};

static const struct kind {
	const char *start, *name;
	bool weak;
} kinds[] = {
	{ "$y$", "yescrypt", false },    { "$gy$", "gost-yescrypt", false },
	{ "$7$", "scrypt", false },      { "$2a$", "bcrypt", false },
	{ "$2b$", "bcrypt", false },     { "$2y$", "bcrypt", false },
	{ "$6$", "sha512crypt", false }, { "$5$", "sha256crypt", false },
	{ "$sm3$", "sm3crypt", false },  { "$2x$", "bcrypt", true },
	{ "$1$", "md5crypt", true },     { "$md5", "SunMD5", true },
	{ "$sha1$", "sha1crypt", true }, { "$3$", "NT", true },
	{ "_", "bsdicrypt", true },
};

/* bcrypt and SHA say in the hash how often they went round. */
static bool user_hash_is_cheap(const char *hash)
{
	const char *rounds = strstr(hash, "$rounds=");

	if (!strncmp(hash, "$2", 2) && strlen(hash) > 4)
		return strtoul(hash + 4, NULL, 10) < BCRYPT_COST;
	return rounds && strtoul(rounds + 8, NULL, 10) < SHA_ROUNDS;
}

const char *user_hash_kind(const char *hash, bool *weak)
{
	hash += hash[0] == '!';
	*weak = false;
	if (!*hash || *hash == '!' || *hash == '*')
		return "none";
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct kind *k = &kinds[i];

		if (strncmp(hash, k->start, strlen(k->start)))
			continue;
		*weak = k->weak || user_hash_is_cheap(hash);
		return k->name;
	}
	*weak = true;
	return strlen(hash) == DES_LENGTH && *hash != '$' ? "descrypt" :
							    "unknown";
}

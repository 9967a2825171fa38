/* SPDX-License-Identifier: BSD-2-Clause */
/* users_hash.c - tells which kind of hash of crypt(5) a password is kept as,
 * and whether it is weak. */
#include "policy/users.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	BCRYPT_COST = 10,  /* below it passwords are quick to guess */
	SHA_ROUNDS = 5000, /* the same, and the default of crypt(3) */
	DES_LENGTH = 13,   /* bytes of a hash of the old crypt(3) */
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

/* Whether the cost of bcrypt, or the rounds of SHA, which stand in the hash,
 * are too few. */
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

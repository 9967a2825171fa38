/* SPDX-License-Identifier: BSD-2-Clause */
/* otp_codes.c - checks one-time codes, and remembers which were used. */
#include "monitor/otp_codes.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/state_file.h"
#include "otp/otp.h"
#include "policy/otp_file.h"
#include "tls/tls.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* A used code is forgotten after this time.  It could be good again
	 * only where the clock is set back by more. */
	FORGET_S = 3600,
	USED_MAX = 65536,                /* users whose codes are remembered */
	OTP_ID = 33,                     /* bytes of an id, with its NUL */
	CODES_FILE_MAX = USED_MAX * 100, /* bytes */
};

/* The last code that was used of one user's secret. */
struct otp_used {
	char id[OTP_ID]; /* of user and secret */
	uint64_t step;
};

struct otp_codes {
	const char *state_dir; /* of the caller */
	struct otp_used *used;
	size_t n;
	uint64_t floor; /* all codes up to this step count as used */
	bool lost;      /* the last attempt to write them down has failed */
};

/* By the secret and not by the path of its file, of which two gateways may have
 * two names.  It does not tell the secret, which has 128 bits at least. */
static void codes_id(char id[OTP_ID], const char *user, const char *secret)
{
	static const uint8_t key[32] = "adit: used one-time codes";
	uint8_t whole[32];

	tls_hmac(whole, key,
		 (struct tls_part[]){ { user, strlen(user) + 1 },
				      { secret, strlen(secret) + 1 } },
		 2);
	for (size_t i = 0; i < OTP_ID / 2; i++)
		snprintf(id + 2 * i, OTP_ID - 2 * i, "%02x", whole[i]);
}

static struct otp_used *codes_find(const struct otp_codes *c, const char *id)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->used[i].id, id))
			return &c->used[i];
	return NULL;
}

static void codes_forget_old(struct otp_codes *c, uint64_t now)
{
	uint64_t since = now > FORGET_S ? (now - FORGET_S) / OTP_STEP_S : 0;

	for (size_t i = c->n; i-- > 0;)
		if (c->used[i].step < since)
			c->used[i] = c->used[--c->n];
}

static int codes_note(struct otp_codes *c, const char *id, uint64_t step)
{
	struct otp_used *u = codes_find(c, id), *more;

	if (u) {
		u->step = MAX(u->step, step);
		return 0;
	}
	if (c->n >= USED_MAX)
		return ERR_LIMIT;
	/* The memory doubles where the number is a power of two. */
	if (!(c->n & (c->n - 1))) {
		more = reallocarray(c->used, c->n ? c->n * 2 : 1, sizeof *more);
		if (!more)
			return ERR_NOMEM;
		c->used = more;
	}
	u = &c->used[c->n++];
	snprintf(u->id, sizeof u->id, "%s", id);
	u->step = step;
	return 0;
}

/* ---- the file ------------------------------------------------------------ */

static int codes_path(const struct otp_codes *c, char path[PATH_MAX])
{
	int n = c->state_dir ? snprintf(path, PATH_MAX, "%s/codes.json",
					c->state_dir) :
			       -1;

	return n > 0 && n < PATH_MAX ? 0 : ERR_LIMIT;
}

static char *codes_text(const struct otp_codes *c)
{
	json_t *list = json_array(), *o;
	char *text;

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(list,
				      json_pack("[s, I]", c->used[i].id,
						(json_int_t)c->used[i].step));
	o = json_pack("{s:i, s:o}", "version", 1, "used", list);
	text = json_dumps(o, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	json_decref(o);
	return text;
}

static void codes_save(struct otp_codes *c)
{
	char path[PATH_MAX], *text = NULL;
	bool lost = true;

	if (codes_path(c, path))
		return;
	errno = ENOMEM;
	text = codes_text(c);
	if (text)
		lost = state_file_write(path, text);
	if (lost && !c->lost)
		log_msg(LOG_WARN, NULL,
			"cannot write which one-time codes were used: %s: %s; "
			"after a restart these codes could be used again "
			"within a minute; see state_dir in aditd.ini(5)",
			path, strerror(errno));
	c->lost = lost;
	free(text);
}

static void codes_take_list(struct otp_codes *c, const json_t *list,
			    uint64_t most)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);
		const char *id = json_string_value(json_array_get(a, 0));
		json_int_t step = json_integer_value(json_array_get(a, 1));

		/* A step far in the future would lock its user out. */
		if (id && strlen(id) == OTP_ID - 1 && step > 0 &&
		    (uint64_t)step <= most && codes_note(c, id, (uint64_t)step))
			return;
	}
}

/* 0, or an error: it is not known which codes were used. */
static int codes_load(struct otp_codes *c, uint64_t now)
{
	char path[PATH_MAX], why[STATE_WHY];
	json_t *o;

	if (codes_path(c, path))
		return ERR_NOTFOUND;
	o = state_file_read(path, CODES_FILE_MAX, why);
	if (!o && why[0]) {
		log_msg(LOG_WARN, NULL,
			"one-time codes are refused for a minute, since it "
			"cannot be read which of them were used: %s",
			why);
		return ERR_INVAL;
	}
	codes_take_list(c, json_object_get(o, "used"), now / OTP_STEP_S + 1);
	json_decref(o);
	return 0;
}

struct otp_codes *otp_codes_new(const char *state_dir, uint64_t now)
{
	struct otp_codes *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->state_dir = state_dir;
	if (codes_load(c, now))
		c->floor = now / OTP_STEP_S + 1;
	return c;
}

void otp_codes_free(struct otp_codes *c)
{
	if (!c)
		return;
	free(c->used);
	free(c);
}

/* ---- a check ------------------------------------------------------------- */

/* Compared where there is no secret: it takes as long, and its result does not
 * count. */
static const char nobody[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* Each login that meets it says so: it is the reason why nobody gets in. */
static void codes_cannot_read(const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_ERROR, "login",
			"one-time codes cannot be checked, and logins that "
			"need one are put off, until this file can be read: %s",
			e->text[i]);
}

/* True: nobody's secret can be known. */
static bool codes_secret_of(const char *users, const char *user,
			    char secret[OTP_SECRET_MOST + 1])
{
	char *path = otp_file_path(users);
	struct conf_errors e = { .file = path };
	int r;

	secret[0] = 0;
	if (!path) {
		log_msg(LOG_ERROR, "login", "one-time codes: %s",
			err_str(ERR_NOMEM));
		return true;
	}
	r = otp_file_find(user, secret, &e);
	if (r && r != ERR_INVAL)
		codes_cannot_read(&e);
	else
		conf_errors_log(&e);
	free(path);
	return r && r != ERR_INVAL;
}

bool otp_codes_may(const char *users, const char *user)
{
	char secret[OTP_SECRET_MOST + 1];
	bool has;

	(void)codes_secret_of(users, user, secret);
	has = secret[0];
	tls_wipe(secret, sizeof secret);
	return has;
}

bool otp_codes_take(struct otp_codes *c, const struct otp_question *q)
{
	char secret[OTP_SECRET_MOST + 1], id[OTP_ID];
	const struct otp_used *u;
	uint64_t step;
	bool broken, has;

	broken = codes_secret_of(q->users, q->user, secret);
	if (q->broken)
		*q->broken = broken;
	has = secret[0];
	codes_id(id, q->user, has ? secret : nobody);
	u = codes_find(c, id);
	step = otp_step_of(has ? secret : nobody, q->code, q->now,
			   MAX(c->floor, u ? u->step : 0));
	tls_wipe(secret, sizeof secret);
	if (!has || !step)
		return false;
	if (q->peek)
		return true;
	codes_forget_old(c, q->now);
	/* A code that could not be noted could be used twice. */
	if (codes_note(c, id, step)) {
		log_msg(LOG_ERROR, "login",
			"a one-time code is refused, since it could not be "
			"noted as used: too many were, or memory is short");
		return false;
	}
	codes_save(c);
	return true;
}

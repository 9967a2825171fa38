/* SPDX-License-Identifier: BSD-2-Clause */
/* owed.c - which command a reply belongs to (RFC 959, section 5.4).
 *
 * Servers answer in order, except during a transfer: some read no command
 * before its end, others answer at once.  So a reply belongs to the first
 * command that can have its code as an answer.  If there is none, it still
 * answers the first command that waits: so a wrong assignment is made up for
 * later, and no command waits for a reply that has come already. */
#include "ftp.h"

#include <string.h>

bool owed_is_sound(const struct owed *o, unsigned notes)
{
	if (o->n > OWED_MAX)
		return false;
	for (unsigned i = 0; i < o->n; i++) {
		const struct owed_reply *r = &o->of[i];
		const uint8_t *begun = (const uint8_t *)&r->begun;
		const uint8_t *late = (const uint8_t *)&r->late;

		if (r->kind > PARALLEL || r->note > notes || *begun > 1 ||
		    *late > 1)
			return false;
	}
	return true;
}

bool owed_has(const struct owed *o, enum kind kind)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->of[i].kind == kind && !o->of[i].late)
			return true;
	return false;
}

bool owed_any(const struct owed *o)
{
	for (unsigned i = 0; i < o->n; i++)
		if (!o->of[i].late)
			return true;
	return false;
}

static bool is_free(enum kind kind)
{
	return kind == OTHER || kind == CHANGE || kind == ABORT ||
	       kind == LEAVE;
}

bool owed_blocks(const struct owed *o, enum kind kind)
{
	bool moving = owed_has(o, TRANSFER);

	if (kind == TRANSFER && moving)
		return true;
	if (is_free(kind) && moving)
		return false;
	for (unsigned i = 0; i < o->n; i++)
		if (!o->of[i].late && o->of[i].kind != TRANSFER)
			return true;
	return false;
}

static struct owed_reply remove_at(struct owed *o, unsigned i)
{
	struct owed_reply r = o->of[i];

	o->n--;
	memmove(o->of + i, o->of + i + 1, (o->n - i) * sizeof *o->of);
	return r;
}

void owed_add(struct owed *o, enum kind kind, unsigned note)
{
	unsigned i = 0;

	/* Only during a transfer there can be so many; dropping one that means
	 * nothing to the plugin does no harm then. */
	while (o->n == OWED_MAX && i < OWED_MAX - 1 &&
	       (o->of[i].kind == TRANSFER || o->of[i].note))
		i++;
	if (o->n == OWED_MAX)
		remove_at(o, i);
	o->of[o->n++] = (struct owed_reply){ .kind = (uint8_t)kind,
					     .note = (uint8_t)note };
}

void owed_begin(struct owed *o, unsigned code)
{
	if (code != 125 && code != 150)
		return;
	for (unsigned i = 0; i < o->n; i++)
		if (o->of[i].kind == TRANSFER && !o->of[i].begun) {
			o->of[i].begun = true;
			return;
		}
	/* An unknown command has started a transfer. */
	for (unsigned i = 0; i < o->n && !owed_has(o, TRANSFER); i++)
		if (o->of[i].kind == OTHER && !o->of[i].late) {
			o->of[i].kind = TRANSFER;
			o->of[i].begun = true;
		}
}

/* Whether a reply with this code ends a transfer.  A 250 does, too, unless a
 * command waits for one. */
static bool ends_transfer(const struct owed *o, unsigned code)
{
	static const uint16_t codes[] = {
		225, 226, 425, 426, 451, 452, 551, 552
	};

	for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == code)
			return true;
	return code == 250 && !owed_has(o, CHANGE);
}

static bool is_answered(const struct owed *o, const struct owed_reply *r,
			unsigned code)
{
	bool closes = code == 225 || code == 226;
	bool logs_in = code / 10 == 23 || code == 331 || code == 332;

	switch (r->kind) {
	case PASSIVE:
		return ftp_is_address(code) || code >= 400;
	case ONLY:
		return !closes;
	case LOGIN:
		return logs_in || code == 202 || code >= 400;
	case ABORT:
		return closes || code >= 500;
	case TRANSFER:
		if (r->begun)
			return ends_transfer(o, code);
		/* Without a 1xx, such a code may belong to a command that was
		 * given up before. */
		return code >= 400 ||
		       (ends_transfer(o, code) && !o->of[0].late);
	default:
		return !closes && !logs_in && !ftp_is_address(code);
	}
}

static int owed_match(const struct owed *o, unsigned code, bool late, bool fits)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->of[i].late == late &&
		    (!fits || is_answered(o, &o->of[i], code)))
			return (int)i;
	return -1;
}

int owed_find(const struct owed *o, unsigned code)
{
	int i = owed_match(o, code, false, true),
	    late = owed_match(o, code, true, true);

	/* A refusal may belong to a command that was given up.  To wait for the
	 * right one is safer than to take this one for it. */
	if (i < 0 || (late >= 0 && code >= 400 && !is_free(o->of[i].kind) &&
		      o->of[i].kind != TRANSFER))
		i = late;
	return i < 0 && !ftp_is_address(code) ?
		       owed_match(o, code, false, false) :
		       i;
}

struct owed_reply owed_take(struct owed *o, unsigned i)
{
	struct owed_reply r = remove_at(o, i);

	for (unsigned k = 0; r.kind == TRANSFER && k < o->n; k++)
		o->of[k].late |= o->of[k].kind == ABORT;
	/* Late replies to earlier commands will not come any more. */
	for (unsigned k = 0; r.kind != TRANSFER && !r.late && k < i;)
		if (!o->of[k].late) {
			k++;
		} else {
			remove_at(o, k);
			i--;
		}
	return r;
}

void owed_give_up(struct owed *o, enum kind kind)
{
	for (unsigned i = 0; i < o->n; i++)
		o->of[i].late |= o->of[i].kind != TRANSFER || kind == TRANSFER;
}

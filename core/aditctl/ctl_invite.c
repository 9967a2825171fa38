/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_invite.c - aditctl invite: prints an adit.ini for a user. */
#include "aditctl/ctl_reach.h"
#include "aditctl/ctl_users.h"

#include "base/addr.h"
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct invite {
	const struct gw_gateway *gateway;
	const char *user;
	struct name_list at;     /* what agents dial */
	const char *server_name; /* NULL: agents dial it */
	char pin[TLS_PIN_TEXT];  /* "": a known authority has signed */
};

static const char template[] =
	"; adit.ini of %s, made by aditctl invite for gateway %s.\n"
	"; Keep it as ~/.config/adit/adit.ini on the machine of this user, and "
	"type there:\n"
	";     adit up\n"
	"; It asks for the password, which is not in this file.\n"
	"\n"
	"[agent]\n"
	"user = %s\n";

/* ---- what stands in it --------------------------------------------------- */

static int check_user(const struct invite *in)
{
	struct conf_errors e = { .file = in->gateway->users };
	const struct user *u = NULL;
	struct users users;
	int status = CTL_OK;

	if (!users_read(&users, &e))
		u = users_find(&users, in->user);
	if (!u) {
		ctl_errors(&e);
		status = ctl_fail(CTL_FAILED,
				  "%s: there is no user %s; aditctl "
				  "passwd %s adds one",
				  in->gateway->users, in->user, in->user);
	} else if (user_hash_is_locked(u->hash)) {
		ctl_fail(CTL_OK,
			 "%s is locked and cannot log in; see aditctl "
			 "unlock",
			 in->user);
	}
	users_fini(&users);
	return status;
}

/* Reads --address, with or without a port. */
static int read_address(struct invite *in, const char *text)
{
	const struct gw_gateway *g = in->gateway;
	char host[HOST_CAP], whole[REACH_TEXT];
	uint16_t port = g->listen.item[0].port;

	if (addr_split(text, host, sizeof host, &port))
		snprintf(host, sizeof host, "%s", text);
	if (!host_or_address_ok(host))
		return ctl_fail(CTL_USAGE,
				"--address %s: expected what agents "
				"dial, HOST or HOST:PORT, an IPv6 address with "
				"a port in brackets",
				text);
	if (g->server_name && !host_same(g->server_name, host))
		in->server_name = g->server_name;
	reach_text(host, port, whole);
	return name_list_add(&in->at, whole) ?
		       ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM)) :
		       CTL_OK;
}

/* Whether agents can check the certificate without a pin, for the name that
 * they dial. */
static bool invite_is_trusted(const struct invite *in, const struct buf *pem)
{
	char host[HOST_CAP];
	uint16_t port;

	for (size_t i = 0; i < in->at.n; i++) {
		const char *name = in->gateway->server_name;

		if (!name &&
		    addr_split(in->at.item[i], host, sizeof host, &port))
			return false;
		if (!tls_certificate_is_trusted((char *)buf_ptr(pem),
						name ? name : host, NULL))
			return false;
	}
	return true;
}

static int find_pin(struct invite *in)
{
	struct buf pem = { 0 };
	int status = reach_pin(in->gateway, &pem, in->pin);

	if (!status && invite_is_trusted(in, &pem))
		in->pin[0] = 0;
	buf_fini(&pem);
	return status;
}

/* ---- the command --------------------------------------------------------- */

static void write_ini(const struct invite *in, FILE *to)
{
	fprintf(to, template, in->user, in->gateway->name, in->user);
	for (size_t i = 0; i < in->at.n; i++)
		fprintf(to, "gateway = %s\n", in->at.item[i]);
	if (in->server_name)
		fprintf(to,
			"; The name that the certificate is for:\n"
			"server_name = %s\n",
			in->server_name);
	if (in->pin[0])
		fprintf(to,
			"; Only a gateway with this key is trusted; "
			"aditctl pin prints it.\n"
			"pin = %s\n",
			in->pin);
	else
		fputs("; No pin: an authority that this system knows vouches "
		      "for the certificate.\n",
		      to);
}

static int print_json(const struct invite *in)
{
	char *ini = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&ini, &n);
	int status;

	if (!f)
		return ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM));
	write_ini(in, f);
	status = fclose(f) ? ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM)) :
			     ctl_print_json(json_pack(
				     "{s:s, s:s, s:o, s:s?, s:s?, s:s}", "user",
				     in->user, "gateway", in->gateway->name,
				     "addresses", ctl_names(&in->at),
				     "server_name", in->server_name, "pin",
				     in->pin[0] ? in->pin : NULL, "ini", ini));
	free(ini);
	return status;
}

static int invite(const struct ctl *ctl, struct invite *in)
{
	int status = check_user(in);

	if (!status && ctl->address)
		status = read_address(in, ctl->address);
	else if (!status && reach_list(in->gateway, &in->at))
		status = ctl_fail(CTL_FAILED, "%s", err_str(ERR_NOMEM));
	if (!status)
		status = find_pin(in);
	if (!status && ctl->json)
		return print_json(in);
	if (!status)
		write_ini(in, stdout);
	return status;
}

int ctl_invite(const struct ctl *ctl)
{
	struct gw_conf *c = ctl_conf(ctl);
	struct invite in = {
		.gateway = c ? ctl_gateway(ctl, c) : NULL,
		.user = ctl->word[0],
	};
	int status = in.gateway ? invite(ctl, &in) : CTL_USAGE;

	name_list_fini(&in.at);
	gw_conf_unref(c);
	return status;
}

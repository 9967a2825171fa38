/* SPDX-License-Identifier: BSD-2-Clause */
/* cli_login.c - what a login needs to know before it begins: for adit up and
 * adit passwd. */
#include "adit/cli.h"

#include "adit/password.h"
#include "base/log.h"
#include "tls/identity.h"

#include <stdio.h>
#include <string.h>

enum { COMMAND_TIMEOUT_MS = 60000 }; /* for password_command */

int cli_check_complete(const struct agent_conf *conf)
{
	const char *missing = !conf->gateways.n ? "gateway" :
			      !conf->user       ? "user" :
						  NULL;

	if (!missing)
		return CLI_OK;
	return cli_fail(CLI_USAGE,
			"no %s is configured: give --%s, or write %s = ... "
			"below [agent] in adit.ini; see adit.ini(5)",
			missing, missing, missing);
}

int cli_read_password(const struct cli *cli, const struct agent_conf *conf,
		      const char *what, char *dst)
{
	const struct password_command command = {
		.command = conf->password_command,
		.timeout_ms = COMMAND_TIMEOUT_MS,
	};
	char prompt[512], raw[512];
	int status;

	if (cli->password_stdin)
		return password_from_stdin(dst);
	/* A credential of this service counts more than a file in the
	 * configuration. */
	if (!cli->flags.password_file && password_is_credential())
		return password_from_credential(dst);
	if (conf->password_file)
		return password_from_file(conf->password_file, dst);
	if (conf->password_command)
		return password_from_command(&command, dst);
	/* Maybe the certificate is enough; the gateway asks for the rest. */
	if (conf->certificate) {
		dst[0] = 0;
		return CLI_OK;
	}
	snprintf(raw, sizeof raw, "%s for %s at %s: ", what, conf->user,
		 conf->gateways.item[0]);
	status = password_from_terminal(log_escape(prompt, sizeof prompt, raw),
					dst);
	return status ? status : CLI_TYPED;
}

/* A token says nothing of the key before it has its PIN, which is asked for
 * while somebody is there. */
int cli_read_pin(const struct agent_conf *conf, char *dst)
{
	const struct tls_identity_conf id = { conf->certificate, conf->key,
					      NULL };
	char prompt[512], raw[512];

	dst[0] = 0;
	if (!conf->certificate || !tls_identity_wants_pin(&id))
		return CLI_OK;
	snprintf(raw, sizeof raw,
		 "PIN for %s: ", conf->key ? conf->key : conf->certificate);
	return password_from_terminal(log_escape(prompt, sizeof prompt, raw),
				      dst);
}

int cli_proxy_password(struct agent_conf *conf)
{
	char word[PASSWORD_CAP];
	int status = CLI_OK;
	size_t n;

	if (!conf->proxy_password_file || !conf->via.user[0])
		return CLI_OK; /* the proxy in use needs no password */
	status = password_from_file(conf->proxy_password_file, word);
	n = status ? 0 : strlen(word);
	if (n >= sizeof conf->via.password)
		status = cli_fail(CLI_USAGE,
				  "%s: the password has more than "
				  "%zu bytes",
				  conf->proxy_password_file,
				  sizeof conf->via.password - 1);
	if (!status)
		memcpy(conf->via.password, word, n + 1);
	explicit_bzero(word, sizeof word);
	return status;
}

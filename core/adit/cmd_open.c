/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_open.c - adit open: what a link on a gateway's web pages does. */
#include "adit/cli.h"
#include "adit/open_link.h"

int cmd_open(const struct cli *cli)
{
	const char *url = cli->word[0];
	struct agent_conf *conf;
	struct open_link to;
	bool known;

	if (open_link_parse(&to, url))
		return cli_fail(CLI_USAGE,
				"%s is no link of a gateway: expected "
				"adit://HOST/up or adit://HOST:PORT/up",
				url);
	conf = cli_conf(cli);
	if (!conf)
		return CLI_USAGE;
	known = open_link_is_known(&to, &conf->gateways);
	agent_conf_free(conf);
	if (!known)
		return cli_fail(CLI_FAILED,
				"%s port %u is not a gateway of adit.ini, so "
				"nothing was started: if you trust it, get its "
				"adit.ini from your administrator or from its "
				"web pages first",
				to.host, to.port);
	return cmd_up(cli);
}

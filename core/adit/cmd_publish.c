/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_publish.c - adit publish and adit unpublish: servers of this machine at
 * addresses of the gateway. */
#include "adit/cli.h"

#include "base/log.h"
#include "control/control_limits.h"

#include <stdio.h>
#include <string.h>

static const char *published_text(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static int published_print(const json_t *o)
{
	const char *state = published_text(o, "state");
	const char *why = published_text(o, "reason");

	if (!strcmp(state, "published")) {
		puts(published_text(o, "at"));
		return CLI_OK;
	}
	if (!strcmp(state, "waiting"))
		return cli_fail(CLI_FAILED, "%s waits: %s; this agent is next",
				published_text(o, "name"), why);
	if (!strcmp(state, "denied"))
		return cli_fail_as(
			"refused",
			"the gateway lets this user publish nothing "
			"under the name %s; its administrator grants "
			"it with [publish %s]",
			published_text(o, "name"), published_text(o, "name"));
	if (!strcmp(state, "failed"))
		return cli_fail(CLI_FAILED, "the gateway cannot publish %s: %s",
				published_text(o, "name"), why);
	return cli_fail(CLI_FAILED,
			"%s is published when the agent is connected; see adit "
			"status",
			published_text(o, "name"));
}

int cmd_publish(const struct cli *cli)
{
	int status;
	json_t *answer = cli_must_ask(cli,
				      json_pack("{s:s, s:s, s:s}", "command",
						"publish", "name", cli->word[0],
						"to", cli->word[1]),
				      CONTROL_ASK_AGENT, &status);

	if (!answer)
		return status;
	if (cli->json) {
		cli_print_json(answer);
		status = strcmp(published_text(answer, "state"), "published") ?
				 CLI_FAILED :
				 CLI_OK;
	} else {
		status = published_print(answer);
	}
	json_decref(answer);
	return status;
}

int cmd_unpublish(const struct cli *cli)
{
	int status;
	json_t *answer = cli_must_ask(cli,
				      json_pack("{s:s, s:s}", "command",
						"unpublish", "name",
						cli->word[0]),
				      CONTROL_ASK_AGENT, &status);

	if (answer && cli->json)
		cli_print_json(answer);
	json_decref(answer);
	return answer ? CLI_OK : status;
}

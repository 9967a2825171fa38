/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_run.c - adit run: this process gets a network of its own, and becomes the
 * command. */
#include "adit/cli.h"

#include "adit/agent_call.h"
#include "base/err.h"
#include "base/folders.h"
#include "control/control_limits.h"
#include "intercept/netns.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a shell says, and env(1): the command did not even begin. */
enum { RUN_FAILED = 125, RUN_NOT_EXECUTABLE = 126, RUN_NOT_FOUND = 127 };

static const char instead[] =
	"; without it, programs reach resources at the addresses of adit "
	"resources, or through the proxy port that adit env says";

/* Where the network's own mount goes: the agent's folder, by which it is
 * found. */
static int run_make_folder(const struct agent_place *at, char folder[PATH_MAX])
{
	if (!at->state_dir)
		return cli_fail(RUN_FAILED, "no home is known: set HOME, or "
					    "XDG_STATE_HOME");
	snprintf(folder, PATH_MAX, "%s/runs", at->state_dir);
	if (!folders_make(folder))
		return 0;
	return cli_fail(RUN_FAILED, "%s: %s", folder, strerror(errno));
}

static int run_enter(struct netns *n)
{
	if (!netns_enter(n))
		return 0;
	return cli_fail(RUN_FAILED, "%s%s", n->why, instead);
}

static int run_refused(const struct agent_call *call, int err)
{
	if (err == ERR_NOTFOUND)
		cli_fail_as("not-running", "no agent is running; adit up "
					   "starts one");
	else if (err == ERR_DENIED)
		cli_fail_as("refused", "%s", call->call.why);
	else
		cli_fail(RUN_FAILED, "%s", call->call.why);
	return RUN_FAILED;
}

/* An array of numbers; NULL: an error is printed. */
static json_t *run_ports(const struct cli *cli)
{
	json_t *ports = json_array();
	char *end;

	if (cli->npublish > CLI_PUBLISH) {
		json_decref(ports);
		cli_fail(RUN_FAILED, "--publish: %d ports at most",
			 CLI_PUBLISH);
		return NULL;
	}
	for (unsigned i = 0; i < cli->npublish; i++) {
		unsigned long port = strtoul(cli->publish[i], &end, 10);

		if (*end || !port || port > UINT16_MAX) {
			json_decref(ports);
			cli_fail(RUN_FAILED, "--publish %s: not a port",
				 cli->publish[i]);
			return NULL;
		}
		json_array_append_new(ports, json_integer((json_int_t)port));
	}
	return ports;
}

/* Whether an agent runs: looked for before this process has a network of its
 * own, since the agent's lock belongs to the network of now. */
static int run_find_agent(struct agent_call *call, const struct agent_place *at,
			  struct netns *n)
{
	json_t *answer;
	int err = 0;

	agent_call_init(call, CONTROL_ASK_AGENT);
	answer = agent_call_find(
		call, at, json_pack("{s:s}", "command", "may-run"), &err);
	/* What is missing now may be there later: none is no advice. */
	if (json_integer_value(json_object_get(answer, "hold")) ==
	    NFT_HOLD_TARGET)
		n->hold = NFT_HOLD_TARGET;
	n->early = json_is_true(json_object_get(answer, "early"));
	json_decref(answer);
	return answer ? 0 : run_refused(call, err);
}

/* The agent enters the network of the process that asks: of this one. */
static int run_ask_agent(struct agent_call *call, json_t *request)
{
	json_t *answer;
	int err = 0;

	answer = agent_call_ask(call, request, &err);
	json_decref(answer);
	return answer ? 0 : run_refused(call, err);
}

static int run_become(char **command)
{
	signal(SIGPIPE, SIG_DFL);
	execvp(command[0], command);
	return cli_fail(errno == ENOENT ? RUN_NOT_FOUND : RUN_NOT_EXECUTABLE,
			"%s: %s", command[0], strerror(errno));
}

static int run_prepare(const struct cli *cli, const struct agent_place *at)
{
	struct agent_call call;
	char folder[PATH_MAX];
	struct netns n = { .folder = folder, .hold = NFT_HOLD_QUEUE };
	json_t *ports = run_ports(cli);
	int status = ports ? run_make_folder(at, folder) : RUN_FAILED;

	if (!status)
		status = run_find_agent(&call, at, &n);
	n.early = n.early && !cli->also_direct;
	if (!status)
		status = run_enter(&n);
	if (!status)
		status = run_ask_agent(
			&call,
			json_pack("{s:s, s:s, s:s, s:i, s:b, s:O}", "command",
				  "run", "folder", folder, "name", cli->word[0],
				  "hold", (int)n.hold, "direct",
				  cli->also_direct, "publish", ports));
	json_decref(ports);
	return status;
}

int cmd_run(const struct cli *cli)
{
	struct agent_place at;
	int status;

	if (agent_conf_place(&cli->flags, &at)) {
		agent_conf_free(cli_conf(cli)); /* says what is wrong */
		return RUN_FAILED;
	}
	status = run_prepare(cli, &at);
	agent_place_fini(&at);
	return status ? status : run_become(cli->word);
}

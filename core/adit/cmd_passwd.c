/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_passwd.c - adit passwd: another password of the user at a gateway. */
#include "adit/cli.h"

#include "adit/agent_call.h"
#include "adit/password.h"
#include "agent/passwd.h"
#include "base/err.h"
#include "base/log.h"
#include "control/control_limits.h"
#include "control/secret.h"
#include "frame/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cmd_passwd {
	const struct cli *cli;
	struct agent_conf *conf;
	json_t *session; /* of the agent that runs; or NULL */
	char *password;  /* the present one; see password.h */
	char *pin;
	char *last;  /* the last secret that the gateway was told */
	bool failed; /* what is wrong with the standard input was printed */
	char text[PASSWD_TEXT], at[PASSWD_TEXT];
};

static const char *session_text(const struct cmd_passwd *p, const char *key)
{
	const char *text = json_string_value(json_object_get(p->session, key));

	return text ? text : "";
}

/* The session of the agent of this configuration, which goes on. */
static void passwd_find_session(struct cmd_passwd *p)
{
	struct agent_call call;
	int err;

	agent_call_init(&call, CONTROL_ASK_AGENT);
	p->session = cli_ask(p->cli, json_pack("{s:s}", "command", "session"),
			     &call, &err);
	/* The running agent may have logged in as another user than --user. */
	if (!strcmp(session_text(p, "user"), p->conf->user))
		return;
	json_decref(p->session);
	p->session = NULL;
}

/* ---- what the gateway asks ----------------------------------------------- */

/* One line; at the end of the input the last one once more, since a new
 * password is asked for twice. */
static bool passwd_line(struct cmd_passwd *p, const char *question, char *dst)
{
	char why[SECRET_WHY];

	if (!secret_read(STDIN_FILENO, dst, PASSWORD_CAP, why))
		return true;
	snprintf(dst, PASSWORD_CAP, "%s", p->last);
	if (dst[0])
		return true;
	cli_fail(CLI_USAGE,
		 "standard input has no line for \"%s\": its first line is "
		 "the present password, the next one the new password",
		 question);
	p->failed = true;
	return false;
}

static bool passwd_on_asks(void *ctx, const struct prompt *q, struct answer *a)
{
	struct cmd_passwd *p = ctx;

	if (!p->cli->password_stdin && !password_answer_prompt(q, a))
		return false;
	a->n = q->n;
	for (unsigned i = 0; i < q->n; i++) {
		if (p->cli->password_stdin &&
		    !passwd_line(p, q->ask[i].text, a->text[i]))
			return false;
		if (!q->ask[i].echo)
			snprintf(p->last, PASSWORD_CAP, "%s", a->text[i]);
	}
	return true;
}

static void passwd_on_waits(void *ctx, const char *why)
{
	char safe[1024];

	(void)ctx;
	fprintf(stderr, "adit: still waiting: %s; Ctrl-C ends\n",
		log_escape(safe, sizeof safe, why));
}

/* ---- afterwards ---------------------------------------------------------- */

/* The agent logs in with the new one from now on. */
static bool passwd_tell_agent(const struct cmd_passwd *p)
{
	struct agent_call call;
	json_t *answer;
	int err;

	if (!p->session)
		return false;
	agent_call_init(&call, CONTROL_ASK_AGENT);
	answer = cli_ask(p->cli,
			 json_pack("{s:s, s:s}", "command", "password",
				   "password", p->last),
			 &call, &err);
	json_decref(answer);
	return answer;
}

/* Where the old one is still written down. */
static const char *passwd_kept_in(const struct cmd_passwd *p)
{
	if (password_is_credential())
		return "the credential adit-password";
	return p->conf->password_file    ? "password_file" :
	       p->conf->password_command ? "password_command" :
					   NULL;
}

static void passwd_report(const struct cmd_passwd *p, bool told)
{
	const char *where = passwd_kept_in(p);
	char safe[1024], text[1024];

	log_escape(text, sizeof text, p->text);
	if (p->cli->json) {
		json_t *o = json_pack("{s:s, s:s, s:b, s:s}", "gateway",
				      log_escape(safe, sizeof safe, p->at),
				      "user", p->conf->user, "agent", told,
				      "text", text);

		cli_print_json(o);
		json_decref(o);
		return;
	}
	printf("password of %s changed at %s\n", p->conf->user,
	       log_escape(safe, sizeof safe, p->at));
	if (text[0])
		puts(text);
	if (told)
		puts("the agent goes on, and has the new password");
	if (where)
		printf("%s still gives the old password: change it there\n",
		       where);
}

static int passwd_change(struct cmd_passwd *p)
{
	const struct passwd_ask ask = {
		.conf = p->conf,
		.password = p->password,
		.pin = p->pin,
		.gateway = session_text(p, "gateway"),
		.keep = strtoull(session_text(p, "session"), NULL, 10),
		.asks = passwd_on_asks,
		.waits = passwd_on_waits,
		.ctx = p,
	};
	int r = passwd_run(&ask, p->text, p->at);

	if (!r)
		passwd_report(p, passwd_tell_agent(p));
	else if (!p->failed)
		return cli_fail_as("refused", "the password is not changed: %s",
				   p->text);
	return r ? CLI_FAILED : CLI_OK;
}

static int passwd_read(struct cmd_passwd *p)
{
	int status;

	password_hide();
	p->password = password_new();
	p->pin = password_new();
	p->last = password_new();
	if (!p->password || !p->pin || !p->last)
		return cli_fail(CLI_FAILED, "%s", err_str(ERR_NOMEM));
	status = cli_read_password(p->cli, p->conf, "Present password",
				   p->password);
	return status <= 0 ? cli_read_pin(p->conf, p->pin) : status;
}

int cmd_passwd(const struct cli *cli)
{
	struct cmd_passwd p = { .cli = cli, .conf = cli_conf(cli) };
	int status = CLI_USAGE;

	if (!p.conf)
		return status;
	p.conf->once = true; /* whoever waits in front of it can try again */
	status = cli_check_complete(p.conf);
	if (!status)
		status = cli_proxy_password(p.conf);
	if (!status)
		passwd_find_session(&p);
	if (!status)
		status = passwd_read(&p);
	if (!status)
		status = passwd_change(&p);
	password_free(p.password);
	password_free(p.pin);
	password_free(p.last);
	json_decref(p.session);
	agent_conf_free(p.conf);
	return status;
}

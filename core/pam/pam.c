/* SPDX-License-Identifier: BSD-2-Clause */
/* pam.c - a process that leads one conversation with PAM, and ends.
 *
 * It runs code of others (modules) as the user that aditd runs as, mostly root:
 * so it is executed anew for each login, has no key and no other descriptor,
 * and the monitor kills it when its time is over.  What modules print goes
 * nowhere; what they say is escaped and cut before it leaves. */
#include "pam/pam.h"

#include "base/err.h"
#include "base/log.h"
#include "policy/password_rule.h"
#include "process/msg.h"
#include "process/msg_pam.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char service[] = "adit";

struct pam_call {
	pam_handle_t *pam;
	struct msg m;
	struct msg_pam asked;
	struct msg_pam_done done;
	struct prompt prompt; /* of the next MSG_PAM_ASK */
	struct answer answer; /* to the last one; secret */
	bool gave_password;
	bool is_change; /* of a password that has ended */
	bool has_fresh; /* `fresh` is set: the last secret of a change */
	char fresh[ANSWER_MAX]; /* secret */
	bool cut;               /* the monitor is gone, or talks nonsense */
};

/* ---- questions ----------------------------------------------------------- */

/* Waits for the answers to talk->prompt. */
static int talk_ask(struct pam_call *t)
{
	t->m = (struct msg){ .type = MSG_PAM_ASK };
	t->m.len = pack_prompt(t->m.data, sizeof t->m.data, &t->prompt);
	t->cut = t->cut || msg_send(FD_MAIN, &t->m) ||
		 msg_recv(FD_MAIN, &t->m) || t->m.type != MSG_PAM_ANSWER ||
		 unpack_answer(&t->answer, t->m.data, t->m.len) ||
		 t->answer.n != t->prompt.n;
	explicit_bzero(&t->m, sizeof t->m);
	t->prompt = (struct prompt){ 0 };
	return t->cut ? PAM_CONV_ERR : PAM_SUCCESS;
}

/* Texts of modules that are no questions are shown before the next one. */
static void add_info(struct pam_call *t, const char *text)
{
	size_t n = strlen(t->prompt.info);
	char safe[TEXT_MAX];

	snprintf(t->prompt.info + n, sizeof t->prompt.info - n, "%s%s",
		 n ? "; " : "", log_escape(safe, sizeof safe, text));
}

static void add_question(struct pam_call *t, const struct pam_message *m)
{
	unsigned i = t->prompt.n++;

	t->prompt.ask[i].echo = m->msg_style == PAM_PROMPT_ECHO_ON;
	log_escape(t->prompt.ask[i].text, sizeof t->prompt.ask[i].text, m->msg);
}

static bool is_question(const struct pam_message *m)
{
	return m->msg_style == PAM_PROMPT_ECHO_OFF ||
	       m->msg_style == PAM_PROMPT_ECHO_ON;
}

/* The first secret is the password, if adit has asked for it. */
static bool is_password(const struct pam_call *t, const struct pam_message *m)
{
	return m->msg_style == PAM_PROMPT_ECHO_OFF && !t->gave_password &&
	       !t->asked.asks;
}

/* Whether PAM may have an answer.  A secret that is given twice is the new
 * password.  Modules see that root asks, and let root choose any: so the rule
 * is that of the users file, and the user is told of it. */
static bool may_be_given(struct pam_call *t, const struct pam_message *m,
			 const char *text)
{
	const char *why = NULL;

	if (!t->is_change || m->msg_style != PAM_PROMPT_ECHO_OFF)
		return true;
	if (t->has_fresh && !strcmp(t->fresh, text))
		why = password_fault(text, t->asked.password, t->asked.user);
	snprintf(t->fresh, sizeof t->fresh, "%s", text);
	t->has_fresh = true;
	if (why)
		add_info(t, why);
	return !why;
}

static int give_answer(struct pam_call *t, const struct pam_message *m,
		       const char *text, char **to)
{
	if (!may_be_given(t, m, text))
		return PAM_CONV_ERR;
	*to = strdup(text);
	return *to ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* The answers that were asked for fill in the responses [from, to). */
static int fill_answers(struct pam_call *t, const struct pam_message **m,
			struct pam_response *r, int from, int to)
{
	unsigned next = 0;
	int ret = t->prompt.n ? talk_ask(t) : PAM_SUCCESS;

	for (int i = from; i < to && !ret; i++) {
		if (!is_question(m[i]) || r[i].resp)
			continue;
		ret = give_answer(t, m[i], t->answer.text[next++], &r[i].resp);
	}
	explicit_bzero(&t->answer, sizeof t->answer);
	return ret;
}

static int take_messages(struct pam_call *t, const struct pam_message **m,
			 struct pam_response *r, int n)
{
	int from = 0, ret = PAM_SUCCESS;

	for (int i = 0; i < n && !ret; i++) {
		if (!is_question(m[i])) {
			add_info(t, m[i]->msg ? m[i]->msg : "");
		} else if (is_password(t, m[i])) {
			t->gave_password = true;
			r[i].resp = strdup(t->asked.password);
			ret = r[i].resp ? PAM_SUCCESS : PAM_BUF_ERR;
		} else {
			add_question(t, m[i]);
		}
		if (t->prompt.n == PROMPT_MAX && !ret) {
			ret = fill_answers(t, m, r, from, i + 1);
			from = i + 1;
		}
	}
	return ret ? ret : fill_answers(t, m, r, from, n);
}

static void free_responses(struct pam_response *r, int n)
{
	for (int i = 0; i < n; i++) {
		if (r[i].resp)
			explicit_bzero(r[i].resp, strlen(r[i].resp));
		free(r[i].resp);
	}
	free(r);
}

static int talk_converse(int n, const struct pam_message **m,
			 struct pam_response **out, void *ctx)
{
	struct pam_response *r;
	int ret;

	if (n <= 0 || n > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	r = calloc((size_t)n, sizeof *r);
	if (!r)
		return PAM_BUF_ERR;
	ret = take_messages(ctx, m, r, n);
	if (ret)
		free_responses(r, n);
	else
		*out = r;
	return ret;
}

/* ---- groups -------------------------------------------------------------- */

static void add_group(struct pam_call *t, const char *name)
{
	size_t n = strlen(t->done.groups);

	/* What does not fit is left out: that grants nothing. */
	if (n + strlen(name) + 2 <= sizeof t->done.groups)
		snprintf(t->done.groups + n, sizeof t->done.groups - n, "%s%s",
			 n ? "," : "", name);
}

static void add_system_groups(struct pam_call *t)
{
	const struct passwd *pw = getpwnam(t->asked.user);
	gid_t gids[1024];
	int n = ARRAY_LEN(gids);

	if (!pw || getgrouplist(t->asked.user, pw->pw_gid, gids, &n) < 0)
		return;
	for (int i = 0; i < n; i++) {
		const struct group *g = getgrgid(gids[i]);

		if (g)
			add_group(t, g->gr_name);
	}
}

static void add_groups(struct pam_call *t)
{
	const char *given = pam_getenv(t->pam, "ADIT_GROUPS");

	if (given)
		add_group(t, given);
	else
		add_system_groups(t);
}

/* ---- stages -------------------------------------------------------------- */

/* Modules that wait after a failure would hold the process for as long: the
 * monitor holds the refusal back instead. */
static void no_delay(int status, unsigned usec, void *ctx)
{
	(void)status;
	(void)usec;
	(void)ctx;
}

static int talk_begin(struct pam_call *t)
{
	const struct pam_conv conv = { talk_converse, t };
	void (*delay)(int, unsigned, void *) = no_delay;
	int r = pam_start(service, t->asked.user, &conv, &t->pam);

	if (!r)
		r = pam_set_item(t->pam, PAM_RHOST, t->asked.host);
	if (!r)
		r = pam_set_item(t->pam, PAM_TTY, service);
	if (!r) {
		void *p;

		memcpy(&p, &delay, sizeof p);
		r = pam_set_item(t->pam, PAM_FAIL_DELAY, p);
	}
	return r;
}

/* One stage after the other, as long as all is well. */
static int talk_stage(struct pam_call *t, int r, const char *stage,
		      int (*fn)(pam_handle_t *, int), int flags)
{
	if (r)
		return r;
	t->done.stage = stage;
	return fn(t->pam, flags);
}

/* May this user come in now?  One whose password has ended changes it first. */
static int talk_account(struct pam_call *t, int r)
{
	r = talk_stage(t, r, "account", pam_acct_mgmt, 0);
	if (r == PAM_NEW_AUTHTOK_REQD && t->asked.mode == TALK_LOGIN) {
		t->is_change = true;
		r = talk_stage(t, PAM_SUCCESS, "password", pam_chauthtok,
			       PAM_CHANGE_EXPIRED_AUTHTOK);
	} else if (r == PAM_NEW_AUTHTOK_REQD) {
		r = PAM_SUCCESS; /* he is asked at the next login */
	}
	return r;
}

/* The session stage is over when the login is: what modules do at its beginning
 * has happened (a home, a line in a log), and nothing is left open. */
static int talk_session(struct pam_call *t, int r)
{
	r = talk_stage(t, r, "credentials", pam_setcred, PAM_ESTABLISH_CRED);
	r = talk_stage(t, r, "session", pam_open_session, 0);
	if (r)
		return r;
	(void)pam_close_session(t->pam, 0);
	(void)pam_setcred(t->pam, PAM_DELETE_CRED);
	return r;
}

/* The old password is right.  The monitor says when the rest of the login is,
 * too; modules have had their password, so that another one is asked for. */
static int talk_new_password(struct pam_call *t, int r)
{
	if (r)
		return r;
	t->m = (struct msg){ .type = MSG_PAM_PROVED,
			     .len = 1,
			     .data = { t->gave_password } };
	t->gave_password = true;
	t->cut = t->cut || msg_send(FD_MAIN, &t->m) ||
		 msg_recv(FD_MAIN, &t->m) || t->m.type != MSG_PAM_GO_ON;
	return t->cut ? PAM_CONV_ERR :
			talk_stage(t, r, "password", pam_chauthtok, 0);
}

static int talk_run(struct pam_call *t)
{
	int r = talk_begin(t);
	unsigned mode = t->asked.mode;

	t->done.stage = "start";
	if (mode != TALK_ACCOUNT)
		r = talk_stage(t, r, "auth", pam_authenticate, 0);
	r = talk_account(t, r);
	if (mode == TALK_PASSWORD)
		r = talk_new_password(t, r);
	if (mode == TALK_LOGIN)
		r = talk_session(t, r);
	if (!r)
		add_groups(t);
	/* A message that no question has shown; of what PAM refuses, only why a
	 * new password cannot be. */
	if ((!r || t->is_change) && t->prompt.info[0] && mode != TALK_ACCOUNT)
		(void)talk_ask(t);
	return r;
}

/* Whether nobody knows if the user is right: what is asked is out of reach. */
static bool is_trouble(int r)
{
	return r == PAM_OPEN_ERR || r == PAM_SYMBOL_ERR ||
	       r == PAM_SERVICE_ERR || r == PAM_SYSTEM_ERR ||
	       r == PAM_BUF_ERR || r == PAM_ABORT || r == PAM_AUTHINFO_UNAVAIL;
}

static void talk_finish(struct pam_call *t, int r)
{
	t->done.verdict = !r            ? TALK_YES :
			  is_trouble(r) ? TALK_TROUBLE :
					  TALK_NO;
	if (r)
		snprintf(t->done.why, sizeof t->done.why, "%s",
			 pam_strerror(t->pam, r));
	if (t->pam)
		(void)pam_end(t->pam, r);
	t->m = (struct msg){ .type = MSG_PAM_DONE };
	t->m.len = pack_msg_pam_done(t->m.data, sizeof t->m.data, &t->done);
	if (msg_send(FD_MAIN, &t->m))
		t->cut = true;
}

/* Modules print to no log and to no terminal. */
static int silence(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	return null < 0 || dup2(null, STDOUT_FILENO) < 0 ||
			       dup2(null, STDERR_FILENO) < 0 ?
		       ERR_SYS :
		       0;
}

static int talk_receive(struct pam_call *t)
{
	int r = msg_recv(FD_MAIN, &t->m);

	if (r)
		return r;
	r = t->m.type == MSG_PAM && !t->m.nfds ?
		    unpack_msg_pam(&t->asked, t->m.data, t->m.len) :
		    ERR_PROTO;
	explicit_bzero(&t->m, sizeof t->m);
	return r;
}

int pam_main(void)
{
	struct pam_call *t = calloc(1, sizeof *t);
	bool bad = !t || silence();

	/* A failure is not logged: the monitor has warned for all processes. */
	if (!bad)
		(void)!mlock(t, sizeof *t);
	if (!bad && !talk_receive(t))
		talk_finish(t, talk_run(t));
	else
		bad = true;
	bad = bad || t->cut;
	if (t)
		explicit_bzero(t, sizeof *t);
	free(t);
	return bad;
}

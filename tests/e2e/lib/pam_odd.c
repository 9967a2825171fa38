/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_odd.c - a PAM module that behaves as its argument says. */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is(int argc, const char **argv, const char *word)
{
	return argc > 0 && !strcmp(argv[0], word);
}

/* The answer to a question must be the third argument. */
static int ask(pam_handle_t *h, int style, const char *text, const char *right)
{
	char *answer = NULL;
	int r = pam_prompt(h, style, &answer, "%s", text);

	if (!r && (!answer || strcmp(answer, right)))
		r = PAM_AUTH_ERR;
	free(answer);
	return r;
}

static int three_questions(pam_handle_t *h)
{
	int r = ask(h, PAM_PROMPT_ECHO_OFF, "Password: ", "correct horse");
	int two = ask(h, PAM_PROMPT_ECHO_ON, "Your dog: ", "Rex");
	int three = ask(h, PAM_PROMPT_ECHO_OFF, "Code: ", "123456");

	return r ? r : two ? two : three;
}

/* No password at all. */
static int token(pam_handle_t *h)
{
	return ask(h, PAM_PROMPT_ECHO_ON, "Token: ", "4711");
}

static int hang(pam_handle_t *h)
{
	const char *user = NULL;

	if (!pam_get_item(h, PAM_USER, (const void **)&user) && user &&
	    !strncmp(user, "slow", 4))
		for (;;)
			pause();
	return ask(h, PAM_PROMPT_ECHO_OFF, "Password: ", "correct horse");
}

static int escapes(pam_handle_t *h)
{
	printf("\033]0;printed\007\n");
	fflush(stdout);
	fprintf(stderr, "\033[31mprinted\n");
	pam_info(h, "%s", "\033[2J\033]0;said\007 hello");
	return ask(h, PAM_PROMPT_ECHO_OFF, "x", "correct horse") ?
		       PAM_AUTH_ERR :
		       ask(h, PAM_PROMPT_ECHO_ON, "\033[31mColour: ", "red");
}

int pam_sm_authenticate(pam_handle_t *h, int flags, int argc, const char **argv)
{
	(void)flags;
	if (is(argc, argv, "hang"))
		return hang(h);
	if (is(argc, argv, "crash"))
		abort();
	if (is(argc, argv, "questions"))
		return three_questions(h);
	if (is(argc, argv, "token"))
		return token(h);
	if (is(argc, argv, "escapes"))
		return escapes(h);
	return PAM_SUCCESS;
}

int pam_sm_setcred(pam_handle_t *h, int flags, int argc, const char **argv)
{
	(void)h, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}

/* groups FILE: ADIT_GROUPS is what the file says; no such file: refused. */
int pam_sm_acct_mgmt(pam_handle_t *h, int flags, int argc, const char **argv)
{
	char text[256] = "ADIT_GROUPS=";
	size_t n = strlen(text);
	FILE *f;

	(void)flags;
	if (!is(argc, argv, "groups") || argc < 2)
		return PAM_SUCCESS;
	f = fopen(argv[1], "r");
	if (!f)
		return PAM_ACCT_EXPIRED;
	n += fread(text + n, 1, sizeof text - n - 1, f);
	fclose(f);
	text[n] = 0;
	text[strcspn(text, "\n")] = 0;
	return pam_putenv(h, text);
}

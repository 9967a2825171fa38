/* SPDX-License-Identifier: BSD-2-Clause */
/* lang.c - the texts of the web pages in several languages. */
#include "web/lang.h"

#include "base/err.h"
#include "base/ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANG_TEXT_MAX = 1000 }; /* bytes of one text */

static const struct {
	const char *key, *english;
} texts[TEXTS] = {
	[TEXT_LANGUAGE] = { "language", "English" },
	[TEXT_SKIP] = { "skip", "Skip to the content" },
	[TEXT_MENU] = { "menu", "Pages" },
	[TEXT_LOG_IN] = { "log_in", "Log in" },
	[TEXT_LOG_IN_HELP] = { "log_in_help",
			       "Log in as you do with adit up." },
	[TEXT_CERTIFICATE_SHOWN] = { "certificate_shown",
				     "Your browser has shown a certificate. "
				     "Say whose it is." },
	[TEXT_CERTIFICATE_MISSING] = { "certificate_missing",
				       "Nobody logs in here without a client "
				       "certificate, and your browser has "
				       "shown none." },
	[TEXT_CERTIFICATE_HOW] = { "certificate_how",
				   "Import the certificate and its key (a "
				   "file .p12 or .pfx) into the browser, close "
				   "all its windows, since it remembers that "
				   "it was to show none, and come back. "
				   "adit up needs no browser: there the keys "
				   "certificate and key of adit.ini name "
				   "them." },
	[TEXT_LOGGING_IN_AS] = { "logging_in_as", "You are logging in as" },
	[TEXT_USER] = { "user", "User" },
	[TEXT_SECRET] = { "secret", "Password" },
	[TEXT_CONTINUE] = { "continue", "Continue" },
	[TEXT_LOG_OUT] = { "log_out", "Log out" },
	[TEXT_LOGGED_IN_AS] = { "logged_in_as", "Logged in as" },
	[TEXT_RESOURCES] = { "resources", "My resources" },
	[TEXT_RESOURCES_NONE] = { "resources_none",
				  "No group of yours grants a resource. Ask "
				  "your administrator." },
	[TEXT_NAME] = { "name", "Name" },
	[TEXT_PORTS] = { "ports", "Ports" },
	[TEXT_REACH] = { "reach", "How to reach it from here" },
	[TEXT_REACH_STATUS] = { "reach_status",
				"At the address that this command shows:" },
	[TEXT_REACH_ANY] = { "reach_any",
			     "Get an address for one of its hosts:" },
	[TEXT_REACH_LINK] = { "reach_link",
			      "Under its own address, in a browser that uses "
			      "the agent's proxy:" },
	[TEXT_REACH_CODE] = { "reach_code",
			      "It wants a one-time code, once in a session:" },
	[TEXT_START] = { "start", "Start adit" },
	[TEXT_START_HELP] = { "start_help",
			      "The link starts the agent on this machine, if "
			      "it is installed and knows this gateway. In a "
			      "terminal, this does the same:" },
	[TEXT_SESSIONS] = { "sessions", "My sessions" },
	[TEXT_SESSIONS_NONE] = { "sessions_none",
				 "No agent of yours is logged in." },
	[TEXT_NUMBER] = { "number", "Number" },
	[TEXT_SOURCE] = { "source", "From" },
	[TEXT_STATE] = { "state", "State" },
	[TEXT_STATE_CONNECTED] = { "state_connected", "connected" },
	[TEXT_STATE_DETACHED] = { "state_detached", "away for a moment" },
	[TEXT_STATE_LEAVING] = { "state_leaving", "ending" },
	[TEXT_STATE_OPEN] = { "state_open", "open" },
	[TEXT_STATE_CONNECTS] = { "state_connects", "connects to the server" },
	[TEXT_STATE_CODE] = { "state_code", "waits for a one-time code" },
	[TEXT_SINCE] = { "since", "Since" },
	[TEXT_CHANNELS] = { "channels", "Connections" },
	[TEXT_TO_SERVER] = { "to_server", "Sent" },
	[TEXT_TO_CLIENT] = { "to_client", "Received" },
	[TEXT_ACTION] = { "action", "Action" },
	[TEXT_END_IT] = { "end_it", "End it" },
	[TEXT_END_SESSION] = { "end_session", "End session" },
	[TEXT_GET] = { "get", "Get adit" },
	[TEXT_GET_INI] = { "get_ini", "Configuration adit.ini" },
	[TEXT_GET_INI_HELP] = { "get_ini_help",
				"Keep it as ~/.config/adit/adit.ini and type "
				"adit up. There is no password in it." },
	[TEXT_FILES] = { "files", "Programs" },
	[TEXT_FILES_HELP] = { "files_help",
			      "Before you install one, compare what sha256sum "
			      "(on Windows: certutil -hashfile FILE SHA256) "
			      "says of it." },
	[TEXT_SIZE] = { "size", "Size" },
	[TEXT_HASH] = { "hash", "SHA-256" },
	[TEXT_HASH_WAIT] = { "hash_wait",
			     "is being computed; load the page again" },
	[TEXT_PASSWORD] = { "password", "Change password" },
	[TEXT_PASSWORD_OF] = { "password_of", "The password of" },
	[TEXT_PASSWORD_NOW] = { "password_now", "Present password" },
	[TEXT_PASSWORD_HELP] = { "password_help",
				 "First comes all that a login needs, then "
				 "the new password. After that your "
				 "sessions end, and other browsers are "
				 "logged out; this one stays logged in." },
	[TEXT_PASSWORD_DONE] = { "password_done",
				 "The password is changed. Your sessions "
				 "have ended, and other browsers are logged "
				 "out. Agents need the new password: adit "
				 "up asks for it." },
	[TEXT_SAYS_PASSWORD] = { "says_password", "Password:" },
	[TEXT_SAYS_CODE] = { "says_code", "One-time code:" },
	[TEXT_SAYS_NEW] = { "says_new", "New password:" },
	[TEXT_SAYS_AGAIN] = { "says_again", "New password again:" },
	[TEXT_SAYS_RULE] = { "says_rule",
			     "The new password needs at least 8 characters." },
	[TEXT_SAYS_DIFFER] = { "says_differ",
			       "The two new passwords are not the same." },
	[TEXT_SAYS_LINE] = { "says_line", "A password is one line." },
	[TEXT_SAYS_SHORT] = { "says_short",
			      "The new password has fewer than 8 characters." },
	[TEXT_SAYS_SAME] = { "says_same",
			     "The new password is the one that you have." },
	[TEXT_SAYS_USER] = { "says_user",
			     "The new password is the name of the user." },
	[TEXT_SAYS_ONE] = { "says_one",
			    "The new password is one character again and "
			    "again." },
	[TEXT_ADMIN] = { "admin", "Administration" },
	[TEXT_ADMIN_SESSIONS] = { "admin_sessions", "All sessions" },
	[TEXT_ADMIN_CHANNELS] = { "admin_channels", "All connections" },
	[TEXT_ADMIN_REFUSALS] = { "admin_refusals", "Refusals" },
	[TEXT_ADMIN_TRAFFIC] = { "admin_traffic", "Traffic" },
	[TEXT_ADMIN_USERS] = { "admin_users", "Users" },
	[TEXT_NONE_NOW] = { "none_now", "There are none now." },
	[TEXT_RESOURCE] = { "resource", "Resource" },
	[TEXT_DESTINATION] = { "destination", "Server" },
	[TEXT_GROUPS] = { "groups", "Groups" },
	[TEXT_USE_SESSIONS] = { "use_sessions", "Sessions" },
	[TEXT_MEMORY] = { "memory", "Memory" },
	[TEXT_USE_HELP] = { "use_help",
			    "Behind each / stands the limit of the user." },
	[TEXT_TIME] = { "time", "Time" },
	[TEXT_WHAT] = { "what", "What" },
	[TEXT_LOCK] = { "lock", "Lock" },
	[TEXT_UNLOCK] = { "unlock", "Unlock" },
	[TEXT_LOCK_HELP] = { "lock_help",
			     "A user who is locked cannot log in, and his "
			     "sessions end." },
	[TEXT_WHY] = { "why", "Why?" },
	[TEXT_WHY_HELP] = { "why_help",
			    "What would happen to a connection, and why." },
	[TEXT_WHY_WHERE] = { "why_where", "HOST:PORT, URL or resource" },
	[TEXT_WHY_MISSING] = { "why_missing", "What is missing" },
	[TEXT_TRAFFIC_HELP] = { "traffic_help",
				"Bytes per second of this gateway, while "
				"somebody looks." },
	[TEXT_TRAFFIC_WAIT] = { "traffic_wait",
				"Measuring has begun; look again in some "
				"seconds." },
	[TEXT_REFRESH_ON] = { "refresh_on", "Load every 5 seconds" },
	[TEXT_REFRESH_OFF] = { "refresh_off", "Stop loading" },
	[TEXT_BACK] = { "back", "Back" },
	[TEXT_AGAIN] = { "again", "Try again" },
	[TEXT_DONE] = { "done", "Done." },
	[TEXT_ERROR] = { "error", "This did not work" },
	[TEXT_ERROR_WRONG] = { "error_wrong",
			       "The user or the password is not right, or the "
			       "user is locked." },
	[TEXT_ERROR_PROOF] = { "error_proof",
			       "What you have entered is not right. The "
			       "password is not changed." },
	[TEXT_ERROR_UNCHANGED] = { "error_unchanged",
				   "The password is not changed." },
	[TEXT_ERROR_UNCHANGEABLE] = { "error_unchangeable",
				      "This gateway does not let users "
				      "change their passwords. Ask its "
				      "administrator." },
	[TEXT_ERROR_CERTIFICATE] = { "error_certificate",
				     "The certificate that your browser has "
				     "shown does not let this user in." },
	[TEXT_ERROR_TRIES] = { "error_tries",
			       "Too many tries with a wrong password came "
			       "before this one, for this user or from this "
			       "address; it was not looked at. Wait a "
			       "moment." },
	[TEXT_ERROR_LATER] = { "error_later",
			       "The gateway cannot check logins now. Try again "
			       "in a moment." },
	[TEXT_ERROR_EXPIRED] = { "error_expired",
				 "You are not logged in any more. Log in "
				 "again." },
	[TEXT_ERROR_FORM] = { "error_form",
			      "The form is too old, or comes from another "
			      "site. Go back, load the page again, and "
			      "repeat it." },
	[TEXT_ERROR_DENIED] = { "error_denied",
				"This is for administrators, from their "
				"networks." },
	[TEXT_ERROR_MISSING] = { "error_missing", "There is no such page." },
	[TEXT_ERROR_METHOD] = { "error_method",
				"This page cannot be asked in that way." },
	[TEXT_ERROR_LARGE] = { "error_large", "The form is too large." },
	[TEXT_ERROR_FILES] = { "error_files",
			       "Too many files are being sent now, to you or "
			       "to all. Try again when one has arrived." },
	[TEXT_ERROR_BUSY] = { "error_busy",
			      "The gateway is busy. Try again in a moment." },
	[TEXT_ERROR_INPUT] = { "error_input",
			       "The gateway cannot do that with this input." },
};

const char *lang_text(const struct lang *l, enum text t)
{
	return l->text[t] ? l->text[t] : texts[t].english;
}

const char *lang_translate(const struct lang *l, const char *english)
{
	size_t n = strlen(english);

	while (n && english[n - 1] == ' ')
		n--;
	for (int t = 0; n && t < TEXTS; t++)
		if (!strncmp(texts[t].english, english, n) &&
		    !texts[t].english[n])
			return lang_text(l, (enum text)t);
	return NULL;
}

void langs_init(struct langs *l)
{
	*l = (struct langs){ .n = 1 };
	snprintf(l->lang[0].code, LANG_CODE, "en");
	l->code[0] = l->lang[0].code;
}

void langs_fini(struct langs *l)
{
	for (unsigned i = 0; i < l->n; i++)
		for (int t = 0; t < TEXTS; t++)
			free(l->lang[i].text[t]);
	l->n = 0;
}

struct lang_reading {
	struct lang *lang;
	struct conf_errors *e;
};

static int lang_item(void *ctx, const struct ini_item *item)
{
	struct lang_reading *r = ctx;
	int t = 0;

	if (!item->key)
		return strcmp(item->kind, "text") || *item->name ?
			       conf_error(r->e, item->line,
					  "expected the section [text]") :
			       0;
	while (t < TEXTS && strcmp(texts[t].key, item->key))
		t++;
	if (t == TEXTS)
		return conf_error(r->e, item->line,
				  "the web pages have no text \"%s\"",
				  item->key);
	if (strlen(item->value) > LANG_TEXT_MAX)
		return conf_error(r->e, item->line,
				  "the text is longer than %d bytes",
				  LANG_TEXT_MAX);
	free(r->lang->text[t]);
	r->lang->text[t] = strdup(item->value);
	return r->lang->text[t] ? 0 : ERR_NOMEM;
}

int langs_add(struct langs *l, const char *code, const char *text, size_t n,
	      struct conf_errors *e)
{
	struct lang_reading r = { .e = e };
	unsigned i = 0;

	while (i < l->n && strcmp(l->code[i], code))
		i++;
	if (i == LANGS_MAX || strlen(code) >= LANG_CODE)
		return ERR_LIMIT;
	r.lang = &l->lang[i];
	if (i == l->n) {
		snprintf(r.lang->code, LANG_CODE, "%s", code);
		l->code[i] = r.lang->code;
		l->n++;
	}
	return ini_read_text(text, n, lang_item, &r, e);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_links.c - Web-Links: which URL to type, and in which browser.
 *
 * A web server finds the site by the name in the URL, and its certificate is
 * for that name.  So a browser has to ask for the URL itself, through the
 * agent's proxy port, and not for the address of a listener. */
#include "adit/cli.h"

#include "base/human.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { TEXT = 2048 };

static const char *links_text(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

/* The URL as an argument of a shell command, or "URL" if it is not harmless
 * there: the gateway has sent it, and users copy the command into a shell. */
static const char *word_of(const char *url)
{
	if (strncmp(url, "http://", 7) && strncmp(url, "https://", 8))
		return "URL";
	return url[strspn(url, "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			       ":/._-%+=,@")] ?
		       "URL" :
		       url;
}

static void print_how(const char *socks, const char *url, bool is_off)
{
	if (!*socks && is_off) {
		human_wrap("  ",
			   "They can be reached while the agent forwards; "
			   "then this says how.");
		return;
	}
	if (!*socks) {
		human_wrap("  ",
			   "Browsers reach them by their URLs through a "
			   "SOCKS5 listener of the agent: it is switched off "
			   "by socks in adit.ini, or could not listen, which "
			   "its log says.");
		return;
	}
	human_wrap("  ",
		   "Type the URL in a browser that goes through the SOCKS5 "
		   "listener of the agent, and has names looked up there:");
	printf("    chromium --user-data-dir=\"$HOME/.cache/adit-web\" \\\n"
	       "        --proxy-server=socks5://%s %s\n"
	       "    curl --socks5-hostname %s %s\n",
	       socks, word_of(url), socks, word_of(url));
	printf("  Or give a browser this automatic proxy configuration (PAC):\n"
	       "    http://%s/proxy.pac\n",
	       socks);
}

void cli_links(const json_t *answer)
{
	const json_t *resources = json_object_get(answer, "resources");
	char lead[80], safe[TEXT], name[TEXT], socks[TEXT];
	const char *first = NULL;
	bool is_off = false;

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *r = json_array_get(resources, i);
		const char *url = links_text(r, "url");

		if (!*url)
			continue;
		if (!first)
			puts("\nWeb-Links:");
		first = first ? first : url;
		is_off = !strcmp(links_text(r, "state"), "stopped");
		snprintf(lead, sizeof lead, "  %s  ",
			 log_escape(name, sizeof name, links_text(r, "name")));
		human_wrap(lead, log_escape(safe, sizeof safe, url));
	}
	if (first)
		print_how(log_escape(socks, sizeof socks,
				     links_text(answer, "socks")),
			  first, is_off);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_why_test.c - what adit why asks, and what it prints. */
#include "adit/user.h"
#include "suite.h"

#include <string.h>

#define GRANTED                                                                \
	"{\"answer\": {\"host\": \"db.x\", \"port\": 80, \"resources\": ["     \
	"{\"name\": \"db\", \"by\": \"name\", \"pattern\": \"*.x\", "          \
	"\"has_port\": true, \"listen\": [\"127.77.0.2:8080\"]}, "             \
	"{\"name\": \"all\", \"by\": \"any\", \"pattern\": null, "             \
	"\"has_port\": false, \"listen\": []}], "                              \
	"\"policy\": \"granted\", \"policy_text\": \"it would connect now\", " \
	"\"socks\": \"127.77.0.1:1080\", \"dns\": \"127.77.0.1:53\", "         \
	"\"run\": \"name\", \"nft\": \"name\", \"nft_on\": true, "             \
	"\"last\": null}}"

#define REFUSED                                                                \
	"{\"answer\": {\"host\": \"2001:db8::1\", \"port\": 80, "              \
	"\"resources\": [], \"policy\": \"not-allowed\", "                     \
	"\"policy_text\": \"no\\u001b[2J\", \"socks\": null, \"dns\": null, "  \
	"\"run\": \"address\", \"nft\": \"no address\", \"nft_on\": false, "   \
	"\"last\": {\"reason\": \"not-allowed\", "                             \
	"\"text\": \"as before\", \"time\": 0, \"times\": 2}}}"

static void why(char *word, const char *answer, int status)
{
	user_open();
	user.word = &word;
	user.nwords = 1;
	if (answer)
		USER_ANSWERS(answer);
	user_runs(cmd_why, status);
}

static void end(const char *request)
{
	ck_assert_str_eq(canned_asked(&user_agent), request);
	canned_close(&user_agent);
	user_close();
}

START_TEST(granted)
{
	why("db.x:80", GRANTED, CLI_OK);
	ck_assert_str_eq(
		stage_out,
		"db.x:80\n"
		"  resource   db: its names have *.x\n"
		"  resource   all: it reaches any host that its policy "
		"allows, but not this port\n"
		"  gateway    it would connect now\n"
		"  loopback   127.77.0.2:8080\n"
		"  proxy      127.77.0.1:1080, SOCKS5 or HTTP CONNECT\n"
		"  adit run   caught by the name\n"
		"  nft        caught by the name, where programs have it "
		"looked up at the agent's\n"
		"             DNS\n"
		"  DNS        queries for the name are answered at "
		"127.77.0.1:53\n");
	end("{\"command\":\"why\",\"host\":\"db.x\",\"port\":80}");
}
END_TEST

START_TEST(refused)
{
	why("[2001:db8::1]:80", REFUSED, CLI_FAILED);
	STAGE_HAS(stage_out, "[2001:db8::1]:80\n  resource   none that ");
	STAGE_HAS(stage_out, "\n  gateway    refuses: no\\x1b[2J\n");
	STAGE_HAS(stage_out, "\n  proxy      no port; see adit env\n");
	STAGE_HAS(stage_out, "\n  adit run   caught by the address\n");
	STAGE_HAS(stage_out, "\n  nft        not caught: no resource tells ");
	STAGE_HAS(stage_out, "intercept = nft is not in use\n");
	STAGE_HAS(stage_out, ": not-allowed, as before\n");
	STAGE_HAS_NOT(stage_out, "DNS");
	end("{\"command\":\"why\",\"host\":\"2001:db8::1\",\"port\":80}");
}
END_TEST

START_TEST(words)
{
	static char *const bad[] = { "db.x", "db.x:0", "a b:1", ":1",
				     "db.x:x" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		why(bad[i], NULL, CLI_USAGE);
		STAGE_HAS(stage_err, "expected HOST:PORT, or a URL");
		user_close();
	}
	why("https://db.x/page", GRANTED, CLI_OK);
	end("{\"command\":\"why\",\"host\":\"db.x\",\"port\":443}");
}
END_TEST

SUITE("adit/cmd_why", granted, refused, words)

/* SPDX-License-Identifier: BSD-2-Clause */
/* page_test.c - from a request to the monitor's question, and from its answer
 * to the page. */
#include "web/page.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define WHO "\"user\": \"alice\", \"gateway\": \"main\", \"csrf\": \"00ff\""

static struct langs langs;
static struct visit visit;
static struct response response;

static void begin(const char *path, bool is_post, const char *body)
{
	bool other;

	langs_init(&langs);
	visit = (struct visit){ .langs = &langs, .lang = &langs.lang[0] };
	response = (struct response){ .status = 0 };
	snprintf(visit.host, sizeof visit.host, "vpn.example");
	visit.route = route_find(path, is_post, &other);
	ck_assert_ptr_nonnull(visit.route);
	if (body) {
		visit.body = strdup(body);
		visit.nbody = strlen(body);
		ck_assert(visit_is_sound(&visit, &response));
	}
}

/* The page for an answer of the monitor. */
static const char *page_for(const char *answer)
{
	json_t *o = json_loads(answer, 0, NULL);

	ck_assert_ptr_nonnull(o);
	visit_answer(&visit, o, &response);
	json_decref(o);
	ck_assert(!response.body.failed);
	ck_assert(!buf_append(&response.body.out, "", 1));
	return (char *)buf_ptr(&response.body.out);
}

static void end(void)
{
	visit_fini(&visit);
	response_fini(&response);
	langs_fini(&langs);
}

START_TEST(routes)
{
	bool other;

	ck_assert_ptr_nonnull(route_find("/", false, &other));
	ck_assert_ptr_null(route_find("/", true, &other));
	ck_assert(other);
	ck_assert_ptr_null(route_find("/logout", false, &other));
	ck_assert(other);
	ck_assert_ptr_null(route_find("/nothing", false, &other));
	ck_assert(!other);
	ck_assert_ptr_null(route_find("//", false, &other));
	ck_assert_ptr_null(route_find("/get/", false, &other));
	ck_assert_ptr_nonnull(route_find("/get/x", false, &other));
	ck_assert_ptr_nonnull(route_find("/get", false, &other));
	ck_assert_ptr_null(route_find("/getx", false, &other));
	ck_assert_ptr_null(route_find("/get/x", true, &other));
	ck_assert(other);
}
END_TEST

START_TEST(login_asks_and_goes_on)
{
	struct msg_page_ask a = { .conn = 1 };

	begin("/login", true, "user=alice&password=s%26t");
	ck_assert(visit.route->ask(&visit, &a));
	ck_assert_uint_eq(a.what, PAGE_LOGIN);
	ck_assert_str_eq(a.user, "alice");
	ck_assert_str_eq(a.text[0], "s&t");
	page_for("{\"token\": \"0011\"}");
	ck_assert_uint_eq(response.status, 303);
	ck_assert_str_eq(response.location, "/");
	ck_assert_str_eq(response.cookie,
			 "__Host-adit=0011; Path=/; Secure; HttpOnly; "
			 "SameSite=Strict");
	end();
}
END_TEST

/* As many questions as the methods of the gateway have. */
START_TEST(login_with_three_questions)
{
	struct msg_page_ask a = { .conn = 1 };
	const char *page;

	begin("/login", true, "user=alice&password=s");
	page = page_for("{\"login\": \"77\", \"info\": \"<b>Token\", "
			"\"prompts\": [{\"text\": \"Code: \", \"echo\": true}, "
			"{\"text\": \"PIN: \", \"echo\": false}, "
			"{\"text\": \"Why\", \"echo\": true}]}");
	ck_assert_ptr_nonnull(strstr(page, "name=\"login\" value=\"77\""));
	ck_assert_ptr_nonnull(strstr(page, "&lt;b&gt;Token"));
	ck_assert_ptr_nonnull(strstr(page, "name=\"a0\" type=\"text\""));
	ck_assert_ptr_nonnull(strstr(page, "name=\"a1\" type=\"password\""));
	ck_assert_ptr_nonnull(strstr(page, "name=\"a2\""));
	end();
	begin("/login/answer", true, "login=77&a0=1&a1=2&a2=3");
	ck_assert(visit.route->ask(&visit, &a));
	ck_assert_uint_eq(a.what, PAGE_ANSWERS);
	ck_assert_uint_eq(a.n, 3);
	ck_assert_str_eq(a.text[2], "3");
	end();
}
END_TEST

/* Only what a login here begins with is asked for. */
START_TEST(login_begins)
{
	static const struct {
		const char *answer;
		bool has_form, has_password;
		const char *text;
	} t[] = {
		{ "{\"password\": true, \"certificate\": \"\"}", true, true,
		  "as you do with adit up" },
		{ "{\"password\": false, \"certificate\": \"\"}", true, false,
		  "Continue" },
		{ "{\"password\": false, \"certificate\": \"shown\"}", true,
		  false, "has shown a certificate" },
		{ "{\"password\": false, \"certificate\": \"missing\"}", false,
		  false, "Import the certificate" },
	};
	struct msg_page_ask a = { .conn = 1 };
	const char *page;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		begin("/login", false, NULL);
		ck_assert(visit.route->ask(&visit, &a));
		ck_assert_uint_eq(a.what, PAGE_METHODS);
		page = page_for(t[i].answer);
		ck_assert_int_eq(strstr(page, "name=\"user\"") != NULL,
				 t[i].has_form);
		ck_assert_int_eq(strstr(page, "type=\"password\"") != NULL,
				 t[i].has_password);
		ck_assert_ptr_nonnull(strstr(page, t[i].text));
		end();
	}
	begin("/login", true, "user=alice");
	ck_assert(visit.route->ask(&visit, &a));
	ck_assert_uint_eq(a.n, 0);
	end();
}
END_TEST

/* The present password; then rounds, behind a login that was right with the new
 * one; a cookie at the end. */
START_TEST(another_password)
{
	struct msg_page_ask a = { .conn = 1 };
	const char *page;

	begin("/password", false, NULL);
	page = page_for("{" WHO ", \"may_change\": true}");
	ck_assert_ptr_nonnull(strstr(page, "name=\"csrf\" value=\"00ff\""));
	ck_assert_ptr_nonnull(
		strstr(page, "autocomplete=\"current-password\""));
	ck_assert_ptr_nonnull(strstr(page, "aria-current"));
	end();
	begin("/password", true, "csrf=00&password=s%26t");
	ck_assert(visit.route->ask(&visit, &a));
	ck_assert_uint_eq(a.what, PAGE_CHANGE);
	ck_assert_str_eq(a.text[0], "s&t");
	page = page_for("{" WHO ", \"login\": \"77\", \"fresh\": true, "
			"\"first\": false, \"prompts\": [{\"text\": "
			"\"New password: \", \"echo\": false}]}");
	ck_assert_ptr_nonnull(strstr(page, "action=\"/password/answer\""));
	ck_assert_ptr_nonnull(strstr(page, "name=\"csrf\" value=\"00ff\""));
	ck_assert_ptr_nonnull(strstr(page, "autocomplete=\"new-password\""));
	end();
	a.n = 0;
	begin("/password/answer", true, "csrf=00&login=77&a0=x&a1=x");
	ck_assert(visit.route->ask(&visit, &a));
	ck_assert_uint_eq(a.what, PAGE_CHANGE_ANSWERS);
	ck_assert_uint_eq(a.n, 2);
	page_for("{\"token\": \"0011\"}");
	ck_assert_str_eq(response.location, "/password/done");
	ck_assert_str_eq(response.cookie,
			 "__Host-adit=0011; Path=/; Secure; HttpOnly; "
			 "SameSite=Strict");
	end();
	begin("/", false, NULL);
	ck_assert_ptr_null(strstr(page_for("{" WHO "}"), "/password"));
	end();
}
END_TEST

/* What a user has, and how much that may be; where nobody knows, a dash. */
START_TEST(users_and_their_limits)
{
	const char *page;

	begin("/admin/users", false, NULL);
	page = page_for("{" WHO ", \"users\": [{\"user\": \"bob\", "
			"\"groups\": \"staff\", \"sessions\": 2, "
			"\"sessions_limit\": 16, \"connections\": 3, "
			"\"connections_limit\": null, \"memory\": 2048, "
			"\"memory_limit\": 4194304}, {\"user\": \"eve\", "
			"\"sessions\": null, \"sessions_limit\": 1}]}");
	ck_assert_ptr_nonnull(strstr(page, ">2 / 16</td>"));
	ck_assert_ptr_nonnull(strstr(page, ">3</td>"));
	ck_assert_ptr_nonnull(strstr(page, ">2.0 KiB / 4.0 MiB</td>"));
	ck_assert_ptr_nonnull(strstr(
		page, "<td class=\"n\">- / 1</td><td class=\"n\">-</td>"));
	end();
}
END_TEST

/* Whether a connection stands, or what it waits for. */
START_TEST(states_of_connections)
{
	const char *page;

	begin("/admin/channels", false, NULL);
	page = page_for("{" WHO ", \"channels\": [{\"state\": \"open\"}, "
			"{\"state\": \"connects\"}, "
			"{\"state\": \"waits for a code\"}]}");
	ck_assert_ptr_nonnull(strstr(page, ">State</th>"));
	ck_assert_ptr_nonnull(strstr(page, "<td>open</td>"));
	ck_assert_ptr_nonnull(strstr(page, "<td>connects to the server</td>"));
	ck_assert_ptr_nonnull(
		strstr(page, "<td>waits for a one-time code</td>"));
	end();
}
END_TEST

/* Who mistyped a password goes back to the form, not to another page. */
START_TEST(back_to_the_form)
{
	static const char *const t[][2] = {
		{ "/password", "/password" },
		{ "/password/answer", "/password" },
		{ "/login/answer", "/login" },
		{ "/end", "/sessions" },
		{ "/admin/kick", "/admin" },
		{ "/admin/lock", "/admin/users" },
		{ "/logout", "/" },
	};
	char link[60];

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		begin(t[i][0], true, "user=a&password=b");
		snprintf(link, sizeof link, "<a href=\"%s\">Back</a>", t[i][1]);
		ck_assert_ptr_nonnull(
			strstr(page_for("{\"error\": \"wrong\"}"), link));
		end();
	}
}
END_TEST

START_TEST(files)
{
	struct msg_page_ask a = { .conn = 1 };
	const char *page;

	begin("/get", false, NULL);
	page = page_for("{" WHO ", \"files\": [{\"name\": \"a_1.deb\", "
			"\"size\": 2048, \"sha256\": \"00ff\"}, {\"name\": "
			"\"\\\"><b\", \"size\": 0, \"sha256\": \"\"}]}");
	ck_assert_ptr_nonnull(strstr(page, "href=\"/get/a_1.deb\""));
	ck_assert_ptr_nonnull(strstr(page, "2.0 KiB"));
	ck_assert_ptr_nonnull(strstr(page, "<code>00ff</code>"));
	ck_assert_ptr_nonnull(strstr(page, "is being computed"));
	ck_assert_ptr_null(strstr(page, "><b"));
	end();
	begin("/get/a_1.deb", false, NULL);
	ck_assert(visit_rest(&visit, "/get/a_1.deb"));
	ck_assert(visit.route->ask(&visit, &a));
	ck_assert_uint_eq(a.what, PAGE_FILE);
	ck_assert_str_eq(a.text[0], "a_1.deb");
	page_for("{\"name\": \"a_1.deb\", \"size\": 7}");
	ck_assert(response.is_file);
	ck_assert_uint_eq(response.size, 7);
	ck_assert_str_eq(response.file, "a_1.deb");
	end();
	begin("/get/a_1.deb", false, NULL);
	page_for("{\"error\": \"missing\"}");
	ck_assert(!response.is_file);
	ck_assert_uint_eq(response.status, 404);
	end();
}
END_TEST

START_TEST(errors_are_pages)
{
	static const struct {
		const char *word;
		unsigned status;
	} t[] = { { "wrong", 403 },        { "tries", 429 },
		  { "later", 503 },        { "denied", 403 },
		  { "certificate", 403 },  { "files", 503 },
		  { "proof", 403 },        { "unchanged", 400 },
		  { "unchangeable", 403 }, { "form", 403 },
		  { "input", 400 },        { "busy", 503 },
		  { "nonsense", 503 } };
	char answer[60];

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		begin("/login", true, "user=a&password=b");
		snprintf(answer, sizeof answer, "{\"error\": \"%s\"}",
			 t[i].word);
		ck_assert_ptr_nonnull(
			strstr(page_for(answer), "role=\"alert\""));
		ck_assert_uint_eq(response.status, t[i].status);
		ck_assert_str_eq(response.cookie, "");
		end();
	}
	begin("/", false, NULL);
	page_for("{\"error\": \"expired\"}");
	ck_assert_str_eq(response.location, "/login");
	end();
}
END_TEST

START_TEST(resources_and_how)
{
	const char *page;

	begin("/", false, NULL);
	page = page_for(
		"{" WHO ", \"resources\": ["
		"{\"name\": \"db\", \"kind\": \"host\", \"ports\": \"22\", "
		"\"port\": 22, \"url\": \"\", \"host\": \"db.x\"}, "
		"{\"name\": \"all\", \"kind\": \"any\", \"ports\": \"80\"}, "
		"{\"name\": \"wiki\", \"kind\": \"url\", \"ports\": \"80\", "
		"\"url\": \"http://w.x/\"}], \"sessions\": []}");
	ck_assert_ptr_nonnull(strstr(page, "adit run -- ssh db.x"));
	ck_assert_ptr_nonnull(strstr(page, "adit map all ADDRESS"));
	ck_assert_ptr_nonnull(strstr(page, "href=\"http://w.x/\""));
	ck_assert_ptr_nonnull(strstr(page, "adit://vpn.example/up"));
	ck_assert_ptr_null(strstr(page, "/admin"));
	end();
}
END_TEST

/* Names of users and of resources, and what the browser dialled, may be
 * anything; so may what a broken monitor says. */
START_TEST(nothing_gets_out_of_its_place)
{
	static const char *const paths[] = { "/",
					     "/sessions",
					     "/admin",
					     "/admin/channels",
					     "/admin/refusals",
					     "/admin/users",
					     "/admin/why",
					     "/admin/traffic",
					     "/password",
					     "/get" };
	static const char evil[] =
		"{\"user\": \"<x>\", \"gateway\": \"<x>\", \"csrf\": \"<x>\","
		"\"admin\": true, \"resources\": [{\"name\": \"<x>\", "
		"\"kind\": \"host\", \"ports\": \"<x>\", \"host\": \"<x>\"}, 7],"
		"\"sessions\": [{\"user\": \"<x>\", \"source\": \"<x>\"}, 1], "
		"\"channels\": [{\"resource\": \"<x>\"}, null], "
		"\"refusals\": [{\"text\": \"<x>\", \"time\": -1}], "
		"\"users\": [{\"user\": \"<x>\", \"groups\": 1}], "
		"\"why\": {\"what\": \"<x>\", \"missing\": \"<x>\"}, "
		"\"samples\": [[1, 2, 3], [2, \"<x>\", 1], 3]}";

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		begin(paths[i], false, NULL);
		snprintf(visit.host, sizeof visit.host, "<x>");
		ck_assert_ptr_null(strstr(page_for(evil), "<x>"));
		ck_assert_uint_eq(response.status, 200);
		end();
	}
}
END_TEST

SUITE("page", routes, login_asks_and_goes_on, login_begins, another_password,
      users_and_their_limits, login_with_three_questions, files,
      states_of_connections, back_to_the_form, errors_are_pages,
      resources_and_how, nothing_gets_out_of_its_place)

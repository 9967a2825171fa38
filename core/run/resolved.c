/* SPDX-License-Identifier: BSD-2-Clause */
/* resolved.c - has systemd-resolved ask the agent for the names of resources.
 *
 * Its settings belong to the tun device of adit-redirect, so systemd-resolved
 * forgets them when the kernel removes the device, whoever is killed.  They are
 * made by resolvectl, which whoever may do it can also run by hand; root may,
 * and others whom polkit lets.  One process after another makes one setting
 * each:
 *
 *   resolvectl default-route adit0 no ──▶ ... ──▶ resolvectl dns adit0 ADDRESS
 */
#include "run/resolved.h"

#include "agent/domains.h"
#include "agent/inside.h"
#include "base/err.h"
#include "base/log.h"
#include "policy/host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* systemd-resolved takes at most so many for one device. */
enum { DOMAINS_MAX = 256, STEP_DOMAIN = 5 };

/* The name server is set last: as long as the device has none, systemd-resolved
 * asks nobody there. */
static const struct resolved_step {
	const char *verb;
	const char *value; /* or NULL: the agent's server or domains */
	bool may_fail;     /* where this systemd-resolved knows no such thing */
} steps[] = {
	{ "default-route", "no", false }, { "llmnr", "no", true },
	{ "mdns", "no", true },           { "dnssec", "no", true },
	{ "dnsovertls", "no", true },     { "domain", NULL, false },
	{ "dns", NULL, false },
};
/* ---- what people are told ------------------------------------------------ */

/* Once, as long as it is true. */
static PRINTF(3, 4) void resolved_say(struct resolved *r, enum log_level level,
				      const char *format, ...)
{
	char text[RESOLVED_STATE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (!strcmp(text, r->state))
		return;
	memcpy(r->state, text, sizeof text);
	log_msg(level, "nft", "%s", text);
}

/* As a shell takes them: as many as there is room for. */
static void resolved_quote(const struct resolved *r, char *dst, size_t cap)
{
	size_t n = 0;

	*dst = 0;
	for (size_t i = 0; i < r->domains.n; i++) {
		const char *domain = r->domains.item[i];

		if (n + strlen(domain) + sizeof " '~'" > cap)
			return;
		n += (size_t)snprintf(dst + n, cap - n, " '~%s'", domain);
	}
}

/* The same settings are tried again when they are wanted again. */
static void resolved_on_failure(struct resolved *r)
{
	char domains[RESOLVED_STATE / 3];

	resolved_quote(r, domains, sizeof domains);
	resolved_say(r, LOG_WARN,
		     "systemd-resolved does not ask adit for names: %s; a rule "
		     "of polkit can allow it, see adit.ini(5), or as root: "
		     "resolvectl domain %s%s; resolvectl default-route %s no; "
		     "resolvectl dns %s %s",
		     r->said, r->device, domains, r->device, r->device,
		     r->server);
	r->server[0] = 0;
}

static void resolved_on_missing(struct resolved *r, int error)
{
	resolved_say(r, error == ENOENT ? LOG_INFO : LOG_WARN,
		     "cannot run resolvectl: %s; whatever resolves names on "
		     "this machine must ask %s, see NAMES OF RESOURCES in "
		     "adit.ini(5)",
		     strerror(error), r->server);
	r->server[0] = 0;
}

static void resolved_on_done(struct resolved *r)
{
	resolved_say(r, LOG_INFO,
		     "systemd-resolved asks %s about %zu domains; see "
		     "resolvectl domain %s",
		     r->server, r->domains.n, r->device);
}

/* ---- a process for each step --------------------------------------------- */

/* The arguments of a step, in memory of their own; NULL: there is none. */
static char **resolved_arguments(const struct resolved *r)
{
	const struct resolved_step *s = &steps[r->step];
	const char *value = s->value ? s->value : r->server;
	struct name_list args = { 0 };
	char domain[HOST_CAP + 1];
	bool domains = r->step == STEP_DOMAIN, bad;

	bad = name_list_add(&args, "resolvectl") ||
	      name_list_add(&args, s->verb) || name_list_add(&args, r->device);
	if (!domains)
		bad = bad || name_list_add(&args, value);
	for (size_t i = 0; domains && i < r->domains.n && !bad; i++) {
		snprintf(domain, sizeof domain, "~%s", r->domains.item[i]);
		bad = name_list_add(&args, domain);
	}
	if (bad)
		name_list_fini(&args);
	return args.item;
}

static void resolved_free_arguments(char **args)
{
	struct name_list all = { .item = args };

	while (args && args[all.n])
		all.n++;
	name_list_fini(&all);
}

/* What it prints goes to `out`.  0, or the errno. */
static int resolved_exec(struct resolved *r, int out)
{
	posix_spawn_file_actions_t files;
	char **args = resolved_arguments(r);
	int error = args ? posix_spawn_file_actions_init(&files) : ENOMEM;

	if (error)
		goto out;
	error = posix_spawn_file_actions_addopen(&files, STDIN_FILENO,
						 "/dev/null", O_RDONLY, 0);
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO && !error; fd++)
		error = posix_spawn_file_actions_adddup2(&files, out, fd);
	if (!error)
		error = posix_spawnp(&r->child, args[0], &files, NULL, args,
				     environ);
	posix_spawn_file_actions_destroy(&files);
out:
	resolved_free_arguments(args);
	if (error)
		r->child = 0;
	return error;
}

/* 0, or the errno. */
static int resolved_run(struct resolved *r)
{
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	error = resolved_exec(r, ends[1]);
	close(ends[1]);
	r->said[0] = 0;
	if (error) {
		close(ends[0]);
		return error;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	ev_io_set(&r->output, ends[0], EV_READ);
	ev_io_start(r->agent->loop->ev, &r->output);
	return 0;
}

/* Its exit status; or -1. */
static int resolved_reap(struct resolved *r)
{
	int status = -1;

	ev_io_stop(r->agent->loop->ev, &r->output);
	if (r->output.fd >= 0)
		close(r->output.fd);
	ev_io_set(&r->output, -1, EV_READ);
	while (r->child && waitpid(r->child, &status, 0) < 0 && errno == EINTR)
		;
	r->child = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void resolved_step(struct resolved *r)
{
	int error;

	if (r->step == ARRAY_LEN(steps)) {
		resolved_on_done(r);
		return;
	}
	error = resolved_run(r);
	if (error)
		resolved_on_missing(r, error);
}

static void resolved_on_end(struct resolved *r)
{
	int status = resolved_reap(r);
	size_t n = strcspn(r->said, "\n");

	r->said[n] = 0;
	if (r->again) {
		resolved_set(r, if_nametoindex(r->device));
	} else if (status && !steps[r->step].may_fail) {
		if (!n)
			snprintf(r->said, sizeof r->said, "resolvectl fails");
		resolved_on_failure(r);
	} else {
		r->step++;
		resolved_step(r);
	}
}

/* The end of its output is its own end. */
static void resolved_on_output(struct ev_loop *ev, ev_io *w, int events)
{
	struct resolved *r = w->data;
	size_t had = strlen(r->said);
	char rest[RESOLVED_SAID];
	ssize_t n = read(w->fd, rest, sizeof rest);

	(void)ev;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		resolved_on_end(r);
		return;
	}
	snprintf(r->said + had, sizeof r->said - had, "%.*s", (int)n, rest);
}

/* ---- the settings -------------------------------------------------------- */

static bool resolved_same(const struct name_list *a, const struct name_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]))
			return false;
	return true;
}

/* False: there is nothing new to set. */
static bool resolved_wants(struct resolved *r, const char *device,
			   const char *server)
{
	struct name_list domains;
	size_t left = 0;
	bool is_new = !domains_of(r->agent, &domains, DOMAINS_MAX, &left) &&
		      (strcmp(device, r->device) || strcmp(server, r->server) ||
		       !resolved_same(&domains, &r->domains));

	if (!is_new) {
		name_list_fini(&domains);
		return false;
	}
	if (left)
		log_msg(LOG_WARN, "nft",
			"systemd-resolved takes %d domains for a device, and "
			"is not told of %zu others",
			DOMAINS_MAX, left);
	name_list_fini(&r->domains);
	r->domains = domains;
	snprintf(r->device, sizeof r->device, "%s", device);
	snprintf(r->server, sizeof r->server, "%s", server);
	return true;
}

void resolved_set(struct resolved *r, unsigned device)
{
	const struct addr at = dns_at(r->agent);
	char name[IF_NAMESIZE], server[ADDR_TEXT];

	r->again = r->child;
	if (r->child || !r->agent->listed || !at.family ||
	    !if_indextoname(device, name) ||
	    !resolved_wants(r, name, addr_str(&at, server)))
		return;
	r->step = 0;
	resolved_step(r);
}

void resolved_init(struct resolved *r)
{
	ev_io_init(&r->output, resolved_on_output, -1, EV_READ);
	r->output.data = r;
}

void resolved_stop(struct resolved *r)
{
	if (r->child)
		kill(r->child, SIGKILL);
	resolved_reap(r);
	name_list_fini(&r->domains);
	*r = (struct resolved){ .agent = r->agent };
	resolved_init(r);
}

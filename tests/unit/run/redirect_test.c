/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_test.c - an agent whose helper adit-redirect is this test. */
#include "run/redirect.h"
#include "run/redirect_start.h"

#include "agent/rig.h"
#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

static struct redirect redirect;
static int helper;               /* its end of the socket pair */
static bool ends;                /* as soon as it is started ... */
static struct redirect_msg says; /* ... after it has said this */
static unsigned spawned;

int __wrap_redirect_spawn(pid_t *pid, const int listeners[2]);

int __wrap_redirect_spawn(pid_t *pid, const int listeners[2])
{
	int pair[2];

	(void)listeners;
	*pid = 0;
	spawned++;
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	helper = pair[1];
	if (says.kind)
		ck_assert_int_eq(redirect_send(helper, &says), 0);
	if (ends)
		close(helper);
	return pair[0];
}

static void begin(void)
{
	rig_open();
	rig.conf.intercept = INTERCEPT_NFT;
	rig_up();
	says = (struct redirect_msg){ 0 };
	spawned = 0;
	redirect = (struct redirect){ .agent = rig.agent };
	redirect_init(&redirect);
}

static void end(void)
{
	redirect_fini(&redirect);
	if (!ends)
		close(helper);
	rig_close();
}

/* It is another one's turn, as with a helper that ends later. */
START_TEST(a_helper_that_ends_at_once)
{
	begin();
	ends = true;
	redirect_configure(&redirect);
	UNTIL(redirect.talk.fd < 0);
	ck_assert_msg(strstr(redirect.state, "adit-redirect has ended"), "%s",
		      redirect.state);
	ck_assert(ev_is_active(&redirect.again));
	ends = false;
	rig_fire(&redirect.again);
	ck_assert_uint_eq(spawned, 2);
	ck_assert_str_eq(redirect.state, "starting");
	ck_assert(!ev_is_active(&redirect.again));
	end();
}
END_TEST

START_TEST(a_helper_that_says_why_it_ends)
{
	begin();
	ends = true;
	says = (struct redirect_msg){
		.kind = REDIRECT_FAILED,
		.error = EPERM,
		.what = "CAP_NET_ADMIN",
	};
	redirect_configure(&redirect);
	UNTIL(redirect.talk.fd < 0);
	ck_assert_msg(strstr(redirect.state, "setcap"), "%s", redirect.state);
	ck_assert(!ev_is_active(&redirect.again));
	end();
}
END_TEST

/* What fails at a helper's start has a cure that an administrator can type. */
START_TEST(the_tun_device_cannot_be_opened)
{
	static const struct {
		int error;
		const char *cure;
	} all[] = {
		{ EACCES, "Permission denied; as root: chmod 666" },
		{ ENOENT, "No such file or directory; as root: modprobe tun" },
		{ ENODEV, "No such device; as root: modprobe tun" },
		{ EMFILE, "Too many open files" },
	};
	struct redirect_msg m = { .what = "/dev/net/tun" };
	char why[200];

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		m.error = all[i].error;
		redirect_why(&m, why, sizeof why);
		ck_assert_msg(strstr(why, "/dev/net/tun: "), "%s", why);
		ck_assert_msg(strstr(why, all[i].cure), "%s", why);
		ck_assert_int_eq(!!strstr(why, "as root"),
				 all[i].error != EMFILE);
	}
}
END_TEST

START_TEST(no_descriptor_is_left)
{
	const ev_io *watch = &redirect.listen.watch;
	struct rlimit was, none;
	struct addr at;
	int app;

	begin();
	ends = false;
	redirect_configure(&redirect);
	at = addr_local(watch->fd);
	app = rig_connect(&at);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ev_invoke(rig.loop.ev, &redirect.listen.watch, EV_READ);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert(!ev_is_active(watch));
	rig_fire(&rig.agent->listeners.resume);
	ck_assert(ev_is_active(watch));
	/* Nothing was dialled but the listener itself: it is reset. */
	ev_invoke(rig.loop.ev, &redirect.listen.watch, EV_READ);
	ck_assert_int_eq(poll(&(struct pollfd){ app, POLLIN, 0 }, 1, 5000), 1);
	close(app);
	end();
}
END_TEST

/* Before the helper is ready; to an address of another kind.  It is told
 * nothing of that. */
START_TEST(nobody_connects_as_a_server)
{
	struct redirect_msg m;
	struct addr to, as;

	begin();
	ends = false;
	redirect_configure(&redirect);
	ck_assert_int_eq(redirect_receive(helper, &m), 0);
	ck_assert_int_eq(m.kind, REDIRECT_START);
	ck_assert_int_eq(addr_parse(&to, "127.0.0.1", 9), 0);
	ck_assert_int_eq(addr_parse(&as, "10.9.0.2", 20), 0);
	ck_assert_int_eq(rig.agent->connect_as(&redirect, &to, &as), -1);
	redirect.ready = redirect.hold = true;
	ck_assert_int_eq(addr_parse(&as, "fd09::2", 20), 0);
	ck_assert_int_eq(rig.agent->connect_as(&redirect, &to, &as), -1);
	ck_assert_int_eq(redirect_receive(helper, &m), ERR_AGAIN);
	end();
}
END_TEST

SUITE("run/redirect", nobody_connects_as_a_server, a_helper_that_ends_at_once,
      a_helper_that_says_why_it_ends, the_tun_device_cannot_be_opened,
      no_descriptor_is_left)

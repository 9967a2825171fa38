/* SPDX-License-Identifier: BSD-2-Clause */
/* running_test.c - what a worker gets of a configuration: its text, its sockets, its
 * plugins. */
#include "monitor_rig.h"

#include "base/err.h"
#include "process/conf_bundle.h"
#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct msg msg;
static struct rig_child *worker;

static void begin(void)
{
	rig_init("");
	worker = rig_start();
}

static ino_t inode(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

START_TEST(configuration)
{
	struct buf text = { 0 };
	struct conf_bundle b;

	begin();
	ck_assert_int_eq(running_send_conf(&rig.m.now, rig.m.worker, 77), 0);
	ck_assert_int_eq(msg_recv(worker->fd[0], &msg), 0);
	ck_assert_uint_eq(msg.type, MSG_CONF);
	ck_assert_uint_eq(msg.id, 77);
	ck_assert_uint_eq(msg.nfds, 2);
	ck_assert_uint_eq(inode(msg.fds[1]),
			  inode(rig.m.now.listeners.item[0].fd));
	ck_assert_int_eq(msg_memfd_read(msg.fds[0], &text, CONTROL_MAX), 0);
	ck_assert_int_eq(conf_bundle_unpack(&b, buf_ptr(&text), buf_len(&text)),
			 0);
	ck_assert_str_eq(b.file, rig.file);
	ck_assert(memmem(b.text.p, b.text.n, "[gateway one]", 13) != NULL);
	ck_assert(memmem(b.certificate[0].p, b.certificate[0].n, "BEGIN", 5) !=
		  NULL);
	/* The key stays with the monitor. */
	ck_assert_ptr_null(
		memmem(buf_ptr(&text), buf_len(&text), "PRIVATE KEY", 11));
	ck_assert(addr_same(&b.listen[0], &rig.m.now.listeners.item[0].at));
	conf_bundle_fini(&b);
	buf_fini(&text);
	msg_close_fds(&msg);
	rig_fini();
}
END_TEST

START_TEST(plugins)
{
	struct gw_plugin two[2] = { { .line = 1 }, { .line = 2 } };
	int files[2] = { open("/dev/null", O_RDONLY | O_CLOEXEC),
			 open("/", O_RDONLY | O_CLOEXEC) };
	struct gw_conf conf = { .nplugins = 2, .plugins = two };
	struct monitor_config config = { .conf = &conf, .plugins = files };
	const struct running r = { .config = &config };

	begin();
	ck_assert_int_eq(running_send_plugins(&r, rig.m.worker), 0);
	ck_assert_int_eq(msg_recv(worker->fd[0], &msg), 0);
	ck_assert_uint_eq(msg.type, MSG_PLUGINS);
	ck_assert_uint_eq(msg.nfds, 2);
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(inode(msg.fds[i]), inode(files[i]));
		close(files[i]);
	}
	msg_close_fds(&msg);
	rig_fini();
}
END_TEST

START_TEST(worker_is_gone)
{
	begin();
	close(worker->fd[0]);
	worker->fd[0] = -1;
	ck_assert_int_lt(running_send_conf(&rig.m.now, rig.m.worker, 77), 0);
	ck_assert_int_lt(running_send_plugins(&rig.m.now, rig.m.worker), 0);
	rig_fini();
}
END_TEST

/* No descriptor is left for the bundle. */
START_TEST(no_descriptor)
{
	struct rlimit was, less;
	int next;

	begin();
	next = dup(STDERR_FILENO);
	close(next);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	less = was;
	less.rlim_cur = (rlim_t)next;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &less), 0);
	ck_assert_int_eq(running_send_conf(&rig.m.now, rig.m.worker, 77),
			 ERR_NOMEM);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert(rig_logged("configuration could not be sent"));
	ck_assert_int_eq(running_send_conf(&rig.m.now, rig.m.worker, 77), 0);
	rig_fini();
}
END_TEST

START_TEST(twice_over)
{
	struct running none = { 0 };

	running_fini(&none);
	running_fini(&none);
	ck_assert_ptr_null(none.config);
}
END_TEST

SUITE("monitor/running", configuration, plugins, worker_is_gone, no_descriptor,
      twice_over)

/* SPDX-License-Identifier: BSD-2-Clause */
/* log_out.c - puts lines of the log on standard error, which nobody may read.
 *
 * O_NONBLOCK would be a property of the open file, which a shell and other
 * programs have too.  So there is a way for each kind of file that leaves it as
 * it is.  A write to a disk cannot be kept from waiting for the disk. */
#include "base/log_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIPE_BYTES = 1 << 20 }; /* what anybody may ask for */

enum kind { PLAIN, PIPE, SOCKET, TERMINAL };

static struct {
	enum kind kind;
	int half; /* bytes: half of what the pipe takes */
} out;

/* The last line was not written whole. */
static atomic_bool is_cut;

void log_out_waits(void)
{
	out.kind = PLAIN;
}

/* Room for a burst of lines while its reader is busy. */
static void out_start_pipe(void)
{
	int size;

	(void)fcntl(STDERR_FILENO, F_SETPIPE_SZ, PIPE_BYTES);
	size = fcntl(STDERR_FILENO, F_GETPIPE_SZ);
	if (size > 0) {
		out.half = size / 2;
		out.kind = PIPE;
	}
}

/* An open file of its own, which may have O_NONBLOCK: a terminal takes the
 * beginning of a line and then waits (Ctrl-S, or a connection that is gone).
 * Where it belongs to another user, what poll() says must do. */
static void out_start_terminal(void)
{
	int flags = fcntl(STDERR_FILENO, F_GETFL);
	int fd = flags < 0 ? -1 :
			     open("/proc/self/fd/2",
				  (flags & O_ACCMODE) | O_NONBLOCK | O_NOCTTY |
					  O_CLOEXEC);

	out.kind = TERMINAL;
	if (fd < 0)
		return;
	(void)dup2(fd, STDERR_FILENO);
	close(fd);
}

void log_out_never_waits(void)
{
	struct stat st;

	out.kind = PLAIN;
	if (fstat(STDERR_FILENO, &st))
		return;
	if (S_ISFIFO(st.st_mode))
		out_start_pipe();
	else if (S_ISSOCK(st.st_mode))
		out.kind = SOCKET;
	else if (isatty(STDERR_FILENO))
		out_start_terminal();
}

/* All processes of a gateway write to one pipe, so room for a single line might
 * be gone before it is used: half of the pipe is room for all of them. */
static bool out_pipe_has_room(bool after_loss)
{
	int unread;

	if (ioctl(STDERR_FILENO, FIONREAD, &unread))
		return true;
	return unread <= (after_loss ? out.half / 2 : out.half);
}

static bool out_has_room(bool after_loss)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (out.kind == PIPE)
		return out_pipe_has_room(after_loss);
	if (out.kind == TERMINAL || (out.kind == SOCKET && after_loss))
		return poll(&p, 1, 0) == 1;
	return true;
}

static ssize_t out_put(const char *p, size_t n)
{
	if (out.kind == SOCKET)
		return send(STDERR_FILENO, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(STDERR_FILENO, p, n);
}

bool log_out_line(const char *line, size_t n, bool after_loss)
{
	ssize_t done;

	if (!out_has_room(after_loss))
		return false;
	if (atomic_load(&is_cut)) {
		if (out_put("\n", 1) != 1)
			return false;
		atomic_store(&is_cut, false);
	}
	done = out_put(line, n);
	if (done > 0 && (size_t)done < n)
		atomic_store(&is_cut, true);
	return done == (ssize_t)n;
}

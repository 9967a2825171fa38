/* SPDX-License-Identifier: BSD-2-Clause */
/* log_out.c - writes lines of the log to standard error without waiting for a
 * reader.
 *
 * O_NONBLOCK belongs to the open file, which a shell and other programs may
 * share, so it must not be set on standard error.  Each kind of file is asked
 * in another way whether it has room.  A write to a disk always waits for the
 * disk. */
#include "base/log_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* The largest pipe that Linux gives to a user without privileges
 * (/proc/sys/fs/pipe-max-size). */
enum { PIPE_BYTES = 1 << 20 };

enum kind { PLAIN, PIPE, SOCKET, TERMINAL };

static struct {
	enum kind kind;
	int half; /* half the size of the pipe, in bytes */
} out;

/* Only a part of the last line was written. */
static atomic_bool is_cut;

void log_out_waits(void)
{
	out.kind = PLAIN;
}

/* Enlarges the pipe, so that it has room for many lines while its reader is
 * busy. */
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

/* Opens the terminal once more, with O_NONBLOCK, since poll() is not enough: a
 * terminal takes the beginning of a line and then waits (after Ctrl-S, or where
 * its connection is gone).  If the terminal belongs to another user it cannot
 * be opened, and poll() has to do. */
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

/* All processes of a gateway write to one pipe, so room for a single line may
 * be taken by another before the write.  Therefore a pipe counts as full when
 * half of it is unread. */
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

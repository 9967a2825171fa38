/* SPDX-License-Identifier: BSD-2-Clause */
/* notify.c - reports the state of a service to systemd: sd_notify(3) without
 * its library. */
#include "net/notify.h"

#include "base/log.h"
#include "net/loop.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Sends one datagram of lines NAME=VALUE to a socket whose path has n bytes. */
static void send_to(const struct sockaddr_un *sun, size_t n, const char *text)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    sendto(fd, text, strlen(text), MSG_NOSIGNAL,
		   (const struct sockaddr *)sun,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		log_msg(LOG_WARN, NULL,
			"cannot report the state of this service to systemd "
			"(NOTIFY_SOCKET): %s",
			strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void notify_write(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;

	if (!n || n >= sizeof sun.sun_path || !strchr("/@", path[0]))
		return;
	memcpy(sun.sun_path, path, n);
	if (path[0] == '@') /* a name without a file */
		sun.sun_path[0] = 0;
	send_to(&sun, n, text);
}

/* The text is escaped, because a line break in it would begin another
 * NAME=VALUE. */
PRINTF(2, 0)
static void tell_status(const char *lead, const char *fmt, va_list ap)
{
	char line[1024], safe[1024], text[1100];

	vsnprintf(line, sizeof line, fmt, ap);
	snprintf(text, sizeof text, "%sSTATUS=%s", lead,
		 log_escape(safe, sizeof safe, line));
	notify_write(text);
}

void notify_ready(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_status("READY=1\n", fmt, ap);
	va_end(ap);
}

void notify_status(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_status("", fmt, ap);
	va_end(ap);
}

void notify_reloading(void)
{
	char text[128];

	snprintf(text, sizeof text,
		 "RELOADING=1\nMONOTONIC_USEC=%" PRIu64
		 "\nSTATUS=reading the configuration",
		 clock_now_us());
	notify_write(text);
}

void notify_stopping(const char *status)
{
	char text[256];

	snprintf(text, sizeof text, "STOPPING=1\nSTATUS=%s", status);
	notify_write(text);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* notify.c - tells systemd how the gateway is. */
#include "gateway/notify.h"

#ifdef HAVE_SYSTEMD

#include "net/loop.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

void notify_ready(const char *fmt, ...)
{
	char status[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(status, sizeof status, fmt, ap);
	va_end(ap);
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void notify_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64
		   "\nSTATUS=reading the configuration", clock_now_us());
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=saying goodbye to the agents");
}

#else

void notify_ready(const char *fmt, ...)
{
	(void)fmt;
}

void notify_reloading(void)
{
}

void notify_stopping(void)
{
}

#endif

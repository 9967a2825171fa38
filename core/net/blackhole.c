/* SPDX-License-Identifier: BSD-2-Clause */
/* blackhole.c - signs that large packets of a TCP connection vanish on their
 * way while small ones arrive. */
#include "net/blackhole.h"

#include "base/defs.h"

#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	/* How often TCP has sent a packet again; the fourth time comes about
	 * 3 s after the first where the round trip is short. */
	REPEATS_LIKELY = 2,
	REPEATS_CERTAIN = 4,
	GAP_MS = 3000, /* the peer has sent it again as often */
	GAP_RTTS = 4,
};

enum blackhole blackhole_of(const struct blackhole_signs *s)
{
	if (s->unacked > BLACKHOLE_SEGMENT && s->repeats >= REPEATS_LIKELY)
		return s->repeats >= REPEATS_CERTAIN && s->sacked ?
			       BLACKHOLE_CERTAIN :
			       BLACKHOLE_LIKELY;
	/* The kernel holds bytes that it cannot hand out, because an earlier
	 * packet of the peer is missing. */
	if (s->held && !s->unread &&
	    s->silent_ms >= GAP_MS + GAP_RTTS * s->rtt_ms)
		return BLACKHOLE_CERTAIN;
	return s->unacked ? BLACKHOLE_NONE : BLACKHOLE_DELIVERED;
}

static size_t queued(int fd, unsigned long which)
{
	int n = 0;

	return ioctl(fd, which, &n) || n < 0 ? 0 : (size_t)n;
}

static bool ask_tcp(int fd, struct tcp_info *ti)
{
	socklen_t len = sizeof *ti;

	return !getsockopt(fd, IPPROTO_TCP, TCP_INFO, ti, &len);
}

enum blackhole blackhole_look(int fd)
{
	struct tcp_info ti = { 0 };
	uint32_t mem[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof mem;
	struct blackhole_signs s = {
		.unacked = queued(fd, SIOCOUTQ),
		.unread = queued(fd, SIOCINQ),
	};

	if (!ask_tcp(fd, &ti))
		return BLACKHOLE_NONE;
	if (!getsockopt(fd, SOL_SOCKET, SO_MEMINFO, mem, &len))
		s.held = mem[SK_MEMINFO_RMEM_ALLOC];
	s.repeats = ti.tcpi_retransmits;
	s.sacked = ti.tcpi_sacked;
	s.silent_ms = ti.tcpi_last_data_recv;
	s.rtt_ms = ti.tcpi_rtt / 1000;
	return blackhole_of(&s);
}

bool blackhole_repeated(int fd)
{
	struct tcp_info ti = { 0 };

	return ask_tcp(fd, &ti) && ti.tcpi_total_retrans;
}

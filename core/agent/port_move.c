/* SPDX-License-Identifier: BSD-2-Clause */
/* port_move.c - where a port of a resource is shown that cannot be bound. */
#include "agent/port_move.h"

enum { LEAST = 1024, PORTS = 65536 };

/* The "bad ports" of https://fetch.spec.whatwg.org/#port-blocking from 1024
 * on, to which web browsers do not connect. */
static const uint16_t refused[] = {
	1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,  6000,
	6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
};

static bool browsers_refuse(uint32_t port)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (refused[i] == port)
			return true;
	return false;
}

static bool is_own(const struct port_move *m, uint32_t port)
{
	for (unsigned i = 0; i < m->entry->nranges; i++)
		if (port >= m->entry->ranges[i].first &&
		    port <= m->entry->ranges[i].last)
			return true;
	return m->first && port >= m->first && port <= m->last;
}

/* Ports that people know for web servers which may not use 80 and 443. */
static uint32_t of_the_web(uint16_t port)
{
	return port == 80 ? 8080 : port == 443 ? 8443 : 0;
}

/* The i-th candidate: the well-known port of the web, then steps of the
 * offset, then one port after the other from the first step on, going on at
 * LEAST behind the last port.  0: that was all. */
static uint32_t place(const struct port_move *m, uint16_t port, uint32_t i)
{
	uint32_t web = of_the_web(port),
		 steps = (PORTS - 1u - port) / m->offset;
	uint32_t from = MAX(port + m->offset, (uint32_t)LEAST);

	if (web && !i)
		return web;
	i -= web ? 1 : 0;
	if (i < steps)
		return port + (i + 1) * m->offset;
	i -= steps;
	if (i >= PORTS - LEAST)
		return 0;
	return LEAST + (from + i - LEAST) % (PORTS - LEAST);
}

uint16_t port_move(const struct port_move *m, uint16_t port, unsigned i)
{
	uint32_t at = m->offset ? 1 : 0;

	for (uint32_t k = 0; at; k++) {
		at = place(m, port, k);
		if (at < LEAST || browsers_refuse(at) || is_own(m, at))
			continue;
		if (!i--)
			break;
	}
	return (uint16_t)at;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* echo.h - the server that the channels of the load lead to: it sends back what
 * comes. */
#ifndef BENCH_LOAD_ECHO_H
#define BENCH_LOAD_ECHO_H

#include "base/addr.h"
#include "net/loop.h"

/* Listens on a port of the kernel's choice at 127.0.0.1 until the process ends.
 * Returns the port, or 0: errno says why not. */
MUST_CHECK uint16_t echo_start(struct loop *);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses_rig.h - addresses in a folder of a test's own. */
#ifndef ADIT_TEST_AGENT_ADDRESSES_RIG_H
#define ADIT_TEST_AGENT_ADDRESSES_RIG_H

#include "agent/addresses.h"

extern char dir[64];     /* "": none is made yet */
extern char gateway[];   /* "gw.example:443" */
extern char *gateways[]; /* what conf has: at first, that one */
extern char alice[], bob[], agent[];
extern const char alice_net[];
extern const char salt[]; /* a line of the file */
extern struct agent_conf conf;
extern struct addresses a;

void make_folder(void);
void put_file(const char *text, size_t n);
const char *file_text(void); /* in static memory */
/* The agent of a profile, at the gateway that gateways[0] names. */
void start_as(const char *network, char *user, char *profile);
void start(const char *network, char *user);
struct addr get(const char *name);
/* The only things in the folder are files that belong there. */
void stop(void);

#endif

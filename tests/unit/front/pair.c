/* SPDX-License-Identifier: BSD-2-Clause */
/* pair.c - an old worker and a new one. */
#include "front/pair.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void pair_begin(struct pair *p)
{
	int fd[2];

	*p = (struct pair){ .ours = -1 };
	front_rig_begin(&p->old);
	front_rig_begin(&p->new);
	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd));
	p->ours = fd[0];
	p->theirs = fd[1];
}

void pair_end(struct pair *p)
{
	close(p->ours);
	close(p->theirs);
	front_rig_end(&p->old);
	front_rig_end(&p->new);
}

void pair_taken(struct pair *p, uint32_t id, const char *error)
{
	struct msg m = { .type = MSG_TAKEN, .id = id };

	msg_put_text(&m, error);
	ck_assert(!msg_send(p->theirs, &m));
}

void pair_record(struct pair *p, struct msg said[PAIR_SAID])
{
	static const uint8_t types[PAIR_SAID] = {
		MSG_HANDOVER_HEAD, MSG_HANDOVER_SESSION, MSG_HANDOVER_SESSION,
		MSG_HANDOVER_END, MSG_HANDOVER_DONE
	};

	front_rig_session(&p->old, "alice", false);
	front_rig_session(&p->old, "bob", false);
	for (uint32_t id = 1; id < PAIR_SAID; id++)
		pair_taken(p, id, "");
	ck_assert_int_eq(front_handover_send(&p->old.front, p->ours, p->why),
			 0);
	for (size_t i = 0; i < PAIR_SAID; i++) {
		ck_assert(!msg_recv(p->theirs, &said[i]));
		ck_assert_uint_eq(said[i].type, types[i]);
	}
}

void pair_forget(struct msg *said, size_t n)
{
	while (n)
		msg_close_fds(&said[--n]);
}

int pair_play(struct pair *p, struct msg *said, size_t n, bool ends,
	      struct msg *answer)
{
	struct msg heard;
	int fd[2], ret;

	ck_assert(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd));
	for (size_t i = 0; i < n; i++)
		ck_assert(!msg_send(fd[0], &said[i]));
	if (ends)
		ck_assert(!shutdown(fd[0], SHUT_WR));
	ret = front_handover_receive(&p->new.front, fd[1], p->why);
	while (answer && !msg_recv(fd[0], &heard)) {
		ck_assert_uint_eq(heard.type, MSG_TAKEN);
		*answer = heard;
	}
	close(fd[0]);
	return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* background_ask.c - carries the questions of a gateway from the process of an
 * agent to that of `adit up`, which has a terminal, and the answers back.
 *
 * A question is a report of JSON.  An answer holds secrets, so it is no JSON,
 * which would be copied: a length (u16), and bytes as in the frame ANSWER;
 * length 0: nobody answers. */
#include "adit/background.h"

#include "adit/daemon.h"
#include "base/err.h"
#include "base/log.h"
#include "base/wire.h"
#include "frame/payload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES = PROMPT_MAX * (ANSWER_MAX + 2) + 1 };

/* JSON must be UTF-8. */
static json_t *prompt_text(const char *raw)
{
	char safe[4 * TEXT_MAX];

	return json_string(log_escape(safe, sizeof safe, raw));
}

json_t *background_prompt(const struct prompt *q)
{
	json_t *ask = json_array();

	for (unsigned i = 0; i < q->n; i++)
		json_array_append_new(ask,
				      json_pack("{s:o, s:b}", "text",
						prompt_text(q->ask[i].text),
						"echo", (int)q->ask[i].echo));
	return json_pack("{s:{s:o, s:o}}", "prompt", "info",
			 prompt_text(q->info), "ask", ask);
}

static void copy_text(char *dst, const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	snprintf(dst, TEXT_MAX, "%s", text ? text : "");
}

static void prompt_of(const json_t *o, struct prompt *q)
{
	const json_t *ask = json_object_get(o, "ask");

	*q = (struct prompt){ 0 };
	copy_text(q->info, o, "info");
	for (; q->n < json_array_size(ask) && q->n < PROMPT_MAX; q->n++) {
		const json_t *one = json_array_get(ask, q->n);

		q->ask[q->n].echo = json_is_true(json_object_get(one, "echo"));
		copy_text(q->ask[q->n].text, one, "text");
	}
}

static void send_answer(int fd, const struct answer *a)
{
	uint8_t bytes[2 + ANSWER_BYTES];
	size_t n = a ? pack_answer(bytes + 2, ANSWER_BYTES, a) : 0;
	struct wr w = wr_of(bytes, 2);

	wr_u16(&w, (uint16_t)n);
	/* An agent that has ended needs none. */
	if (send(fd, bytes, n + 2, MSG_NOSIGNAL) < 0)
		log_msg(LOG_DEBUG, NULL,
			"the answer could not be sent to the agent: %s",
			strerror(errno));
	explicit_bzero(bytes, sizeof bytes);
}

void background_answer(const struct daemon_conf *conf, int fd,
		       const json_t *prompt)
{
	struct answer *a = calloc(1, sizeof *a);
	struct prompt q;

	prompt_of(prompt, &q);
	if (a && conf->ask && conf->ask(&q, a))
		send_answer(fd, a);
	else
		send_answer(fd, NULL);
	if (a)
		explicit_bzero(a, sizeof *a);
	free(a);
}

/* `adit up` writes an answer whole, so that this does not wait for long. */
static bool read_whole(int fd, uint8_t *p, size_t n)
{
	ssize_t r;

	do
		r = recv(fd, p, n, MSG_WAITALL);
	while (r < 0 && errno == EINTR);
	return r >= 0 && (size_t)r == n;
}

int background_read_answer(int fd, struct answer *a)
{
	uint8_t bytes[ANSWER_BYTES];
	uint8_t head[2];
	struct rd r = rd_of(head, sizeof head);
	size_t n;
	int ret;

	if (!read_whole(fd, head, sizeof head))
		return ERR_CLOSED;
	n = rd_u16(&r);
	if (!n)
		return ERR_NOTFOUND;
	if (n > sizeof bytes || !read_whole(fd, bytes, n))
		return ERR_CLOSED;
	ret = unpack_answer(a, bytes, n);
	explicit_bzero(bytes, sizeof bytes);
	return ret ? ERR_CLOSED : 0;
}

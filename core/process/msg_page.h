/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_page.h - what front, monitor and the web process say to each other about
 * the web pages.
 *
 *   front --- MSG_PAGE_CONN ---> monitor --- MSG_PAGE_CONN ---> web process
 *                                       <-- MSG_PAGE_GONE ----
 *                                       <-- MSG_PAGE_ASK -----
 *                                       --- MSG_PAGE_ANSWER -->
 *
 * A connection whose ALPN is http/1.1 reaches the web process through the
 * monitor, so that the monitor knows from the front, and not from the web
 * process, where it comes from. */
#ifndef ADIT_PROCESS_MSG_PAGE_H
#define ADIT_PROCESS_MSG_PAGE_H

#include "process/msg.h"

enum { /* behind those of enum msg_type */
       MSG_PAGE_CONN = 208,
       MSG_PAGE_GONE,
       MSG_PAGE_ASK,
       MSG_PAGE_ANSWER,
       MSG_PAGE_LANG,
};

/* MSG_PAGE_CONN of the front, which comes with one descriptor: the plaintext of
 * a connection; and perhaps a second one, the memfd with the chain of the
 * browser's certificate, as tls_peer_chain writes it.  To the web process it
 * goes without the second one and without these fields; its id is the
 * connection's number, which MSG_PAGE_GONE repeats when the web process has
 * closed it. */
struct msg_page_conn {
	uint32_t gateway; /* index in the configuration */
	struct addr source;
};
size_t pack_msg_page_conn(uint8_t *p, size_t cap, const struct msg_page_conn *);
MUST_CHECK int unpack_msg_page_conn(struct msg_page_conn *, const uint8_t *p,
				    size_t n);

/* What the web process may ask for. */
enum page_what {
	PAGE_METHODS,  /* what a login here begins with */
	PAGE_LOGIN,    /* user, text[0] the password, if it was asked for */
	PAGE_ANSWERS,  /* login, text: the answers to its prompts */
	PAGE_LOGOUT,   /* csrf */
	PAGE_HOME,     /* resources and sessions of the user */
	PAGE_END,      /* csrf, text[0] the number of an own session */
	PAGE_INI,      /* text[0] the host and port that the browser dialled */
	PAGE_FILE,     /* text[0] the name of a file of web_downloads */
	PAGE_ADMIN,    /* text[0] what: "sessions", "channels", "refusals" */
	PAGE_TRAFFIC,  /* bytes of the last minutes */
	PAGE_KICK,     /* csrf, text[0] the number of a session */
	PAGE_LOCK,     /* csrf, user */
	PAGE_UNLOCK,   /* csrf, user */
	PAGE_WHY,      /* user, text[0] HOST:PORT or the name of a resource */
	PAGE_PASSWORD, /* what another password begins with */
	PAGE_CHANGE,   /* csrf, text[0] the present one, if it was asked for */
	PAGE_CHANGE_ANSWERS, /* csrf, login, text: as PAGE_ANSWERS */
	PAGE_WHATS
};

#define PAGE_TOKEN 32 /* bytes of a token */

struct msg_page_ask { /* MSG_PAGE_ASK; secret: to be wiped */
	uint32_t conn;
	uint8_t what;              /* enum page_what */
	uint8_t token[PAGE_TOKEN]; /* of who is logged in; zero: nobody */
	uint8_t csrf[PAGE_TOKEN];
	uint8_t login[PAGE_TOKEN]; /* of the prompts that are answered */
	char user[USER_MAX];
	unsigned n;
	char text[PROMPT_MAX][ANSWER_MAX];
};
size_t pack_msg_page_ask(uint8_t *p, size_t cap, const struct msg_page_ask *);
MUST_CHECK int unpack_msg_page_ask(struct msg_page_ask *, const uint8_t *p,
				   size_t n);

/* MSG_PAGE_LANG: str8 code of a language, "de"; fds: memfd with its texts.
 * MSG_PAGE_ANSWER, with the id of its question: a memfd with a JSON object, in
 * which "error" is a word of docs/web.md, or missing; behind it the file, of
 * PAGE_FILE. */
#define PAGE_ANSWER_MAX (4u << 20) /* its bytes */

#endif

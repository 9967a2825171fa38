/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_type.h - which messages the gateway's processes send each other; msg.h
 * has what stands in them. */
#ifndef ADIT_PROCESS_MSG_TYPE_H
#define ADIT_PROCESS_MSG_TYPE_H

enum msg_type {
	/* monitor to worker */
	MSG_CONF = 1,    /* a new configuration; fds: bundle memfd (below), then
			    * its listeners */
	MSG_AUTH_RESULT, /* answers MSG_AUTH */
	MSG_CONTROL,     /* a request of aditctl; fds: memfd (JSON) */
	MSG_DRAIN,       /* end, GOAWAY to all agents first; u8: 1 if for
			    * good, else (or if missing) they attach again */
	MSG_HANDOVER_FROM, /* to a new worker, before its first MSG_CONF; fds:
			    * socket to the old one, whose sessions it gets */
	MSG_HANDOVER_TO,   /* to the old worker; fds: socket to the new one */
	MSG_PLUGINS,       /* right before the first MSG_CONF; fds: the files
			    * of its plugins, in their order */
	MSG_RIGHTS_ARE,    /* answers one question of MSG_RIGHTS, by its id */
	MSG_RIGHTS_AGAIN,  /* ask about all sessions again; no bytes */
	MSG_AUTH_PROMPT,   /* a question of the login of this id, as in frame
			    * PROMPT */
	MSG_CODE_IS,       /* answers MSG_CODE: msg_code.h */
	/* worker to monitor */
	MSG_READY = 32,      /* answers MSG_CONF: str16 error, "" if in force */
	MSG_AUTH,            /* a login begins; what follows has its id; fds:
			      * none, or memfd with the chain of the client's
			      * certificate, as tls_peer_chain writes it */
	MSG_CONTROL_REPLY,   /* answers MSG_CONTROL; fds: memfd (JSON) */
	MSG_HANDOVER_READY,  /* of a new worker: it can read what the old one
			      * sends, which is told MSG_HANDOVER_TO then */
	MSG_HANDOVER_FAILED, /* of the old worker: str16 error; it has kept all
			      * sessions and goes on.  After a handover that
			      * worked it says nothing, and ends.  Empty, to
			      * the new worker: the same */
	MSG_RIGHTS,          /* may users still have their sessions? */
	MSG_AUTH_ANSWER,     /* answers MSG_AUTH_PROMPT, as in frame ANSWER */
	MSG_AUTH_DROP,       /* the agent that was asked is gone; no bytes */
	MSG_CODE,            /* a one-time code for a session: msg_code.h */
	/* on the sign socket */
	MSG_SIGN = 64, /* a signature of a gateway's key is needed */
	MSG_SIGNED,
	/* on the names socket */
	MSG_RESOLVE = 96,
	MSG_RESOLVED,
	MSG_RESOLVE_FORGET, /* the answer to this id is not wanted any more */
	MSG_RESOLVE_AFRESH, /* from the monitor: forget all that is known */
	MSG_RESOLVE_AGAIN, /* from a new resolver, which has lost all questions:
			     * ask again */
	/* monitor and password checker: str16 hash, "" for a user who is not
	 * there, str16 password; the answer is u8, 1 if it is right */
	MSG_CHECK = 128,
	MSG_CHECKED,
	/* the same two: struct msg_certificate; fds: memfd with authorities and
	 * CRLs (client_bundle.h), memfd with the chain of tls_peer_chain; the
	 * answer is struct client_answer */
	MSG_CERTIFICATE,
	MSG_CERTIFICATE_IS,
	/* the same two: str16 a new password; the answer is str16 its hash, ""
	 * where it cannot be hashed */
	MSG_HASH,
	MSG_HASHED,
	/* monitor and a process that talks with PAM: msg_pam.h */
	MSG_PAM = 144,
	MSG_PAM_ASK,
	MSG_PAM_ANSWER,
	MSG_PAM_DONE,
	MSG_PAM_PROVED, /* a byte: 1 where a module took the password */
	MSG_PAM_GO_ON,
	/* old worker to new worker: the exchange is in front_handover.h.  Each
	 * but the last one is answered by MSG_TAKEN with its id */
	MSG_HANDOVER_HEAD = 160, /* u32 HANDOVER_VERSION; fds: memfd with what
				  * is not of one session */
	MSG_HANDOVER_FDS,        /* fds: sockets of the session that follows */
	MSG_HANDOVER_SESSION,    /* fds: memfd with all of one session */
	MSG_HANDOVER_END,        /* there are no more sessions */
	MSG_HANDOVER_DONE,       /* they are the new worker's now */
	MSG_TAKEN,               /* str16 error, "" if it was taken */
	/* monitor and web process */
	MSG_WEB_LISTEN = 192, /* to it: where it listens from now on; fds */
	MSG_WEB_ASK,          /* from it: what are the numbers? */
	MSG_WEB_ANSWER,       /* to it: they; fds: memfd (JSON) */
};

#endif

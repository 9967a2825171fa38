/* SPDX-License-Identifier: BSD-2-Clause */
/* floor.c - the cheapest relay through TLS: what any tunnel costs at least.
 *
 *   floor server ADDRESS PORT ADDRESS PORT CERTIFICATE KEY
 *   floor client ADDRESS PORT ADDRESS PORT
 *
 * Listens at the first address and connects to the second; the client side
 * speaks TLS to the second, the server side on the first.  A TLS connection
 * for each TCP connection: no frames, no session, no log, no event loop.  Each
 * direction is a thread of its own that blocks, and all system calls move up
 * to 64 KiB.  The certificate is not checked. */
#include "base/defs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	GULP = 65536,   /* of a system call, and of the records made from it */
	RECORD = 16384, /* the most that a TLS record holds */
	SEALED = 72 << 10, /* GULP in records, with what TLS adds */
	PACKETS = 8, /* records that a GULP of network bytes may complete */
};

static const char priority[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:"
			       "-CIPHER-ALL:+AES-128-GCM";

static struct {
	bool is_server;
	struct sockaddr_in to;
	gnutls_certificate_credentials_t cred;
} g;

struct relay {
	int plain, net;
	gnutls_session_t tls;
	/* Of the thread that opens records. */
	uint8_t in[GULP];
	size_t in_at, in_end;
	bool may_read; /* one more GULP from the network */
	/* Of the thread that seals them. */
	uint8_t out[SEALED];
	size_t out_len;
	bool at_once; /* in the handshake: pushed bytes go out */
	pthread_t other;
};

/* A socket that blocks takes all or has failed. */
static bool send_sealed(struct relay *r)
{
	ssize_t n = write(r->net, r->out, r->out_len);
	bool all = n == (ssize_t)r->out_len;

	r->out_len = 0;
	return all;
}

/* ---- GnuTLS's transport -------------------------------------------------- */

static ssize_t on_pull(gnutls_transport_ptr_t ctx, void *data, size_t len)
{
	struct relay *r = ctx;

	if (r->in_at == r->in_end) {
		ssize_t n;

		if (!r->may_read) {
			gnutls_transport_set_errno(r->tls, EAGAIN);
			return -1;
		}
		r->may_read = r->at_once;
		n = recv(r->net, r->in, sizeof r->in, 0);
		if (n <= 0)
			return n;
		r->in_at = 0;
		r->in_end = (size_t)n;
	}
	len = MIN(len, r->in_end - r->in_at);
	memcpy(data, r->in + r->in_at, len);
	r->in_at += len;
	return (ssize_t)len;
}

static ssize_t on_push(gnutls_transport_ptr_t ctx, const giovec_t *iov, int n)
{
	struct relay *r = ctx;
	size_t before = r->out_len;

	for (int i = 0; i < n; i++) {
		if (iov[i].iov_len > sizeof r->out - r->out_len)
			return -1;
		memcpy(r->out + r->out_len, iov[i].iov_base, iov[i].iov_len);
		r->out_len += iov[i].iov_len;
	}
	n = (int)(r->out_len - before);
	return !r->at_once || send_sealed(r) ? n : -1;
}

/* ---- the two directions -------------------------------------------------- */

static void seal(struct relay *r)
{
	static _Thread_local uint8_t data[GULP];
	ssize_t n;

	while ((n = recv(r->plain, data, sizeof data, 0)) > 0) {
		for (ssize_t at = 0; at < n; at += RECORD)
			if (gnutls_record_send(r->tls, data + at,
					       (size_t)MIN(n - at, RECORD)) < 0)
				return;
		if (!send_sealed(r))
			return;
	}
	gnutls_bye(r->tls, GNUTLS_SHUT_WR);
	send_sealed(r);
	shutdown(r->net, SHUT_WR);
}

/* Writes what the records hold with one call, and frees them. */
static bool write_plain(int fd, gnutls_packet_t *packets, int n)
{
	struct iovec iov[PACKETS];
	size_t total = 0;
	bool all;

	for (int i = 0; i < n; i++) {
		gnutls_datum_t data;

		gnutls_packet_get(packets[i], &data, NULL);
		iov[i] = (struct iovec){ data.data, data.size };
		total += data.size;
	}
	all = !n || writev(fd, iov, n) == (ssize_t)total;
	for (int i = 0; i < n; i++)
		gnutls_packet_deinit(packets[i]);
	return all;
}

/* Opens the records that one read has completed.  False at the end. */
static bool open_some(struct relay *r)
{
	gnutls_packet_t packets[PACKETS];
	ssize_t ret;
	int n = 0;

	r->may_read = true;
	do {
		ret = gnutls_record_recv_packet(r->tls, &packets[n]);
		if (ret <= 0)
			break;
		r->may_read = false;
	} while (++n < PACKETS && r->in_at < r->in_end);
	return write_plain(r->plain, packets, n) &&
	       (ret > 0 || ret == GNUTLS_E_AGAIN);
}

static void *open_all(void *arg)
{
	struct relay *r = arg;

	while (open_some(r))
		;
	shutdown(r->plain, SHUT_WR);
	return NULL;
}

/* ---- connections --------------------------------------------------------- */

static int shake(struct relay *r)
{
	int ret = gnutls_init(&r->tls,
			      (g.is_server ? GNUTLS_SERVER : GNUTLS_CLIENT) |
				      GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL);

	if (ret < 0)
		return ret;
	gnutls_priority_set_direct(r->tls, priority, NULL);
	gnutls_credentials_set(r->tls, GNUTLS_CRD_CERTIFICATE, g.cred);
	gnutls_transport_set_ptr(r->tls, r);
	gnutls_transport_set_pull_function(r->tls, on_pull);
	gnutls_transport_set_vec_push_function(r->tls, on_push);
	r->at_once = r->may_read = true;
	do
		ret = gnutls_handshake(r->tls);
	while (ret < 0 && !gnutls_error_is_fatal(ret));
	r->at_once = false;
	return ret;
}

static void *relay(void *arg)
{
	struct relay *r = arg;
	int on = 1, up = socket(AF_INET, SOCK_STREAM, 0);

	r->net = g.is_server ? r->plain : up;
	r->plain = g.is_server ? up : r->plain;
	setsockopt(r->net, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(r->plain, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (!connect(up, (struct sockaddr *)&g.to, sizeof g.to) &&
	    shake(r) >= 0 && !pthread_create(&r->other, NULL, open_all, r)) {
		seal(r);
		pthread_join(r->other, NULL);
	}
	if (r->tls)
		gnutls_deinit(r->tls);
	close(r->plain);
	close(r->net);
	free(r);
	return NULL;
}

static void serve(int listener)
{
	for (;;) {
		pthread_t thread;
		struct relay *r = calloc(1, sizeof *r);

		if (!r)
			return;
		r->plain = accept(listener, NULL, NULL);
		if (r->plain < 0 || pthread_create(&thread, NULL, relay, r))
			return;
		pthread_detach(thread);
	}
}

static bool address(struct sockaddr_in *a, char **words)
{
	*a = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(words[1], NULL, 10)),
	};
	return inet_pton(AF_INET, words[0], &a->sin_addr) == 1;
}

int main(int argc, char **argv)
{
	int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in from;

	g.is_server = argc == 8 && !strcmp(argv[1], "server");
	if ((!g.is_server && (argc != 6 || strcmp(argv[1], "client"))) ||
	    !address(&from, argv + 2) || !address(&g.to, argv + 4)) {
		fprintf(stderr, "usage: floor server|client ADDRESS PORT "
				"ADDRESS PORT [CERTIFICATE KEY]\n");
		return 2;
	}
	if (gnutls_certificate_allocate_credentials(&g.cred) < 0 ||
	    (g.is_server &&
	     gnutls_certificate_set_x509_key_file(g.cred, argv[6], argv[7],
						  GNUTLS_X509_FMT_PEM) < 0)) {
		fprintf(stderr, "floor: GnuTLS refuses certificate or key\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (!bind(listener, (struct sockaddr *)&from, sizeof from) &&
	    !listen(listener, 4096))
		serve(listener);
	perror("floor");
	return 1;
}

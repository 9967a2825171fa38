/* SPDX-License-Identifier: BSD-2-Clause */
/* tls_bench.c - how fast core/tls seals and opens, both ends on one core.
 *
 * Compare with gnutls-cli --benchmark-tls-ciphers, which does the same through
 * GnuTLS alone.  In a loop turn as many records are sealed as the tunnel
 * lets wait. */
#include "base/err.h"
#include "tls/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TURN = 128 * 1024, SECONDS = 1 };

struct bench {
	struct tls_key *key;
	struct tls_server *server;
	struct tls_client *client;
	struct tls *s, *c;
};

static int sign(void *ctx, int algorithm, const struct tls_part *what,
		struct tls_sig *sig)
{
	struct bench *b = ctx;

	return tls_key_sign(b->key, algorithm, what, sig);
}

static struct tls_server *select_only(void *ctx, const char *sni)
{
	struct bench *b = ctx;

	(void)sni;
	return b->server;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The output of one is the input of the other, where it lies. */
static void lend(struct tls *from, struct tls *to)
{
	tls_input(to, buf_ptr(tls_output(from)), buf_len(tls_output(from)));
}

static void lent(struct tls *from)
{
	tls_written(from, buf_len(tls_output(from)));
}

static int connect_ends(struct bench *b)
{
	int c = ERR_AGAIN, s = ERR_AGAIN;

	b->c = tls_connect_new(b->client);
	b->s = tls_accept_new(select_only, b);
	for (int i = 0; i < 3; i++) {
		if (c == ERR_AGAIN)
			c = tls_handshake(b->c);
		lend(b->c, b->s);
		if (s == ERR_AGAIN)
			s = tls_handshake(b->s);
		lent(b->c);
		lend(b->s, b->c);
		if (c == ERR_AGAIN)
			c = tls_handshake(b->c);
		lent(b->s);
	}
	return c ? c : s;
}

static int set_up(struct bench *b)
{
	struct buf cert = { 0 }, key = { 0 };
	char pin[TLS_PIN_TEXT], why[200] = "";
	const char *pins[] = { pin, NULL };
	struct tls_client_conf conf = { "localhost", pins, NULL };
	struct tls_signer signer = { sign, b };
	int ret = tls_make_certificate("localhost", NULL, &cert, &key);

	if (!ret)
		ret = buf_append(&cert, "", 1);
	if (!ret)
		ret = buf_append(&key, "", 1);
	if (!ret)
		ret = tls_key_new(&b->key, (char *)key.data, (char *)cert.data,
				  why, sizeof(why));
	if (!ret)
		ret = tls_server_new(&b->server, (char *)cert.data, &signer,
				     why, sizeof(why));
	if (!ret)
		ret = tls_pin_of((char *)cert.data, pin);
	if (!ret)
		ret = tls_client_new(&b->client, &conf, why, sizeof(why));
	if (ret)
		fprintf(stderr, "tls_bench: %s\n", why);
	buf_fini(&cert);
	buf_fini(&key);
	return ret;
}

/* One turn; the bytes that arrived, or an error. */
static long turn(struct bench *b, const uint8_t *block, size_t size)
{
	const uint8_t *p;
	long total = 0;
	int n;

	while (buf_len(tls_output(b->s)) < TURN)
		if (tls_send(b->s, block, size))
			return ERR_TLS;
	lend(b->s, b->c);
	while ((n = tls_recv(b->c, &p)) > 0)
		total += n;
	tls_recv_release(b->c);
	lent(b->s);
	return n == ERR_AGAIN ? total : n;
}

static int transfer(struct bench *b, size_t size)
{
	static uint8_t block[TLS_RECORD_MAX];
	double start = now(), used;
	double bytes = 0;
	long n;

	do {
		n = turn(b, block, size);
		if (n < 0)
			return (int)n;
		bytes += (double)n;
		used = now() - start;
	} while (used < SECONDS);
	printf("%5zu bytes a record  %7.0f MB/s\n", size, bytes / used / 1e6);
	return 0;
}

static int handshakes(struct bench *b)
{
	double start = now(), used;
	int n = 0, ret;

	do {
		tls_free(b->c);
		tls_free(b->s);
		ret = connect_ends(b);
		n++;
		used = now() - start;
	} while (!ret && used < SECONDS);
	printf("handshake, both ends  %7.0f us\n", used / n * 1e6);
	return ret;
}

int main(void)
{
	static const size_t sizes[] = { 64, 256, 1400, 4096, TLS_RECORD_MAX };
	struct bench b = { 0 };
	int ret = set_up(&b);

	if (!ret)
		ret = handshakes(&b);
	for (size_t i = 0; !ret && i < ARRAY_LEN(sizes); i++)
		ret = transfer(&b, sizes[i]);
	if (ret)
		fprintf(stderr, "tls_bench: %s\n", err_str(ret));
	tls_free(b.c);
	tls_free(b.s);
	tls_client_free(b.client);
	tls_server_free(b.server);
	tls_key_free(b.key);
	return ret != 0;
}

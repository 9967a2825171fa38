/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.c - a response with the headers that all of them have. */
#include "web/answer.h"

#include <stdio.h>

/* What a browser may do with a page: nothing but show it with our style sheet,
 * and send its forms here (OWASP, HTTP Headers Cheat Sheet). */
static const char *const always[][2] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; img-src 'self'; form-action "
	  "'self'; base-uri 'none'; frame-ancestors 'none'" },
	{ "Strict-Transport-Security", "max-age=31536000" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

static bool answer_add(struct MHD_Response *to, const char *name,
		       const char *value)
{
	return !value || !value[0] ||
	       MHD_add_response_header(to, name, value) == MHD_YES;
}

static bool answer_headers(struct MHD_Response *to, const struct response *r)
{
	char file[40 + PAGE_REST] = "";
	bool good = true;

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		good &= answer_add(to, always[i][0], always[i][1]);
	if (r->file)
		snprintf(file, sizeof file, "attachment; filename=\"%s\"",
			 r->file);
	return good && answer_add(to, "Content-Type", r->type) &&
	       answer_add(to, "Cache-Control",
			  r->is_public ? "public, max-age=3600" : "no-store") &&
	       answer_add(to, "Location", r->location) &&
	       answer_add(to, "Allow", r->allow) &&
	       answer_add(to, "Set-Cookie", r->cookie) &&
	       answer_add(to, "Content-Disposition", file) &&
	       /* So that the end of the connection says that it is sent. */
	       answer_add(to, "Connection", r->is_file ? "close" : NULL) &&
	       answer_add(to, "Accept-Ranges", r->is_file ? "none" : NULL);
}

enum MHD_Result answer_queue(struct MHD_Connection *http,
			     struct MHD_Response *to, const struct response *r)
{
	return answer_headers(to, r) ? MHD_queue_response(http, r->status, to) :
				       MHD_NO;
}

enum MHD_Result answer_send(struct MHD_Connection *http,
			    const struct response *r)
{
	struct MHD_Response *to;
	enum MHD_Result done = MHD_NO;

	/* Half a page would look like a whole one. */
	if (r->body.failed)
		return MHD_NO;
	to = MHD_create_response_from_buffer(buf_len(&r->body.out),
					     buf_ptr(&r->body.out),
					     MHD_RESPMEM_MUST_COPY);
	if (to)
		done = answer_queue(http, to, r);
	if (to)
		MHD_destroy_response(to);
	return done;
}

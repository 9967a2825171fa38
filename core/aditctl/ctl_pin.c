/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_pin.c - aditctl pin: prints the fingerprints of the gateways' keys. */
#include "aditctl/ctl_reach.h"

#include <stdio.h>

static int add_pin(json_t *list, const struct gw_gateway *g)
{
	char pin[TLS_PIN_TEXT];
	struct buf pem = { 0 };
	int status = reach_pin(g, &pem, pin);

	if (!status)
		json_array_append_new(
			list,
			json_pack("{s:s, s:s?, s:s, s:s}", "gateway", g->name,
				  "server_name", g->server_name, "certificate",
				  g->certificate, "pin", pin));
	buf_fini(&pem);
	return status;
}

/* Without names a pin stands alone in its line, for scripts. */
static void print(const json_t *list, bool names)
{
	char name[160], pin[160];

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);

		table_text(json_object_get(o, "gateway"), name, sizeof name);
		table_text(json_object_get(o, "pin"), pin, sizeof pin);
		if (names)
			printf("%s  %s\n", name, pin);
		else
			puts(pin);
	}
}

static int pin_list(const struct ctl *ctl, const struct gw_conf *c,
		    const struct gw_gateway *only)
{
	json_t *list = json_array();
	int status = CTL_OK;

	for (size_t i = 0; i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];

		if ((!only || g == only) && add_pin(list, g))
			status = CTL_FAILED;
	}
	if (ctl->json) {
		int r = ctl_print_json(json_pack("{s:o}", "pins", list));

		return status ? status : r;
	}
	print(list, !only && c->ngateways > 1);
	json_decref(list);
	return status;
}

int ctl_pin(const struct ctl *ctl)
{
	struct gw_conf *c = ctl_conf(ctl);
	const struct gw_gateway *only = NULL;
	int status = CTL_USAGE;

	if (c && ctl->gateway)
		only = ctl_gateway(ctl, c);
	if (c && (only || !ctl->gateway))
		status = pin_list(ctl, c, only);
	gw_conf_unref(c);
	return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* gchan_test.c - a channel at the gateway as an object: its number, whose plugin
 * announced it, and when it was last active.  Its life is gchan_life_test.c's. */
#include "gateway/rig_puppet.h"

#include "suite.h"

#include <stdlib.h>

static struct rig_puppet p;

START_TEST(each_has_a_number_of_its_own)
{
	const struct addr none = { 0 };
	struct gchan *gc;

	rig_puppet_begin(&p, false);
	gc = gchan_new(p.gs, &none);
	ck_assert_uint_eq(gc->serial, rig_gchan(p.gs)->serial + 1);
	ck_assert_uint_eq(p.gs->last_serial, gc->serial);
	ck_assert_ptr_eq(gc->gs, p.gs);
	free(gc);
	rig_puppet_end(&p);
}
END_TEST

START_TEST(activity_is_noted)
{
	struct gchan *gc;
	uint64_t before;

	rig_puppet_begin(&p, false);
	gc = rig_gchan(p.gs);
	before = gchan_active_us(gc);
	rig.now_us += 5000000;
	server_says(&p, "x\n");
	ck_assert_uint_eq(gchan_active_us(gc), before + 5000000);
	rig_puppet_end(&p);
}
END_TEST

/* FTP's control connection is not idle while a file goes through another. */
START_TEST(what_its_plugin_announced_counts_too)
{
	struct gchan *gc, *below;
	struct mem *m;
	uint64_t before;

	rig_puppet_begin(&p, false);
	gc = rig_gchan(p.gs);
	m = rig_puppet_echo(&p, &below);
	gchan_link(below, gc->inspection);
	before = gchan_active_us(gc);
	rig.now_us += 5000000;
	mem_write(m, "x", 1);
	rig_settle(&p.user, p.gs);
	ck_assert_uint_eq(gchan_active_us(gc), before + 5000000);
	gchan_link(below, NULL);
	ck_assert_uint_eq(gchan_active_us(gc), before);
	rig_puppet_end(&p);
	mem_free(m);
}
END_TEST

START_TEST(either_of_them_may_end_first)
{
	struct gchan *gc, *below;
	struct mem *m;

	rig_puppet_begin(&p, false);
	gc = rig_gchan(p.gs);
	m = rig_puppet_echo(&p, &below);
	gchan_link(below, gc->inspection);
	mem_reset(m);
	rig_settle(&p.user, p.gs);
	ck_assert(list_is_empty(&gc->inspection->below));
	mem_free(m);
	m = rig_puppet_echo(&p, &below);
	gchan_link(below, gc->inspection);
	mem_reset(p.mem);
	rig_settle(&p.user, p.gs);
	ck_assert_ptr_null(below->above);
	rig_puppet_end(&p);
	mem_free(m);
}
END_TEST

SUITE("gateway/gchan", each_has_a_number_of_its_own, activity_is_noted,
      what_its_plugin_announced_counts_too, either_of_them_may_end_first)

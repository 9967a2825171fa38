/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_one.c - plays a conversation through a plugin that is linked in. */
#include "kit/fuzz.h"
#include "kit/fuzz_inside.h"
#include "plugin/conf.h"

/* What all runs share. */
static struct stage {
	const struct adit_plugin *def;
	struct plugin *plugin;
	struct plugin_conf *conf;
	struct transcript *presets;
} stage;

static bool set_stage(const struct adit_plugin *def, char *why, size_t why_cap)
{
	struct conf_errors e = { .file = def->name };

	if (stage.def == def)
		return true;
	transcript_free(stage.presets);
	plugin_conf_free(stage.conf);
	plugin_unload(stage.plugin);
	stage = (struct stage){
		.plugin = plugin_adopt(def, def->name, why, why_cap),
		.presets = transcript_new(""),
	};
	if (stage.plugin)
		stage.conf = plugin_conf_new(stage.plugin, NULL, NULL, &e);
	if (stage.conf && stage.presets)
		stage.def = def;
	else if (e.count)
		snprintf(why, why_cap, "%s", e.text[0]);
	return stage.def;
}

int kit_fuzz_one(const struct adit_plugin *def, const uint8_t *data,
		 size_t size)
{
	char why[FUZZ_WHY];
	bool good = set_stage(def, why, sizeof(why));

	if (good) {
		struct fuzz_setting s = { stage.plugin,
					  plugin_conf_data(stage.conf),
					  &stage.presets->info, NULL };

		good = fuzz_run(&s, data, MIN(size, FUZZ_SIZE_MAX), why,
				sizeof(why));
	}
	if (!good) {
		fprintf(stderr, "%s: %s\n", def->name, why);
		__builtin_trap();
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* hello.cc - the same header from C++: notes the name in "HELLO name". */
#include <adit/plugin.h>

#include <string>

namespace {

const char *const counters[] = { "hellos", nullptr };

adit_verdict message(adit_msg *m)
{
	if (!adit_word(m, "HELLO"))
		return ADIT_PASS;
	std::string name(reinterpret_cast<const char *>(m->data), m->len);
	name.erase(0, sizeof("HELLO ") - 1);
	name.erase(name.find_last_not_of("\r\n") + 1);
	adit_audit(m->ch, "name", name.c_str());
	adit_count(m->ch, 0, 1);
	return ADIT_PASS;
}

}

ADIT_PLUGIN(
	.name = "hello", .version = "1",
	.summary = "notes who says hello",
	.counters = counters,
	.frame = { adit_frame_line, nullptr },
	.message = message
);

# SPDX-License-Identifier: BSD-2-Clause
"""Plugins and options that cannot be used: aditd says file and reason."""

import os
import re
import shutil
import subprocess

from lib import parley
from lib.adit import ini_text
from lib.base import check

MISSING = """
#include <adit/plugin.h>
int adit_no_such_function(void);
static enum adit_verdict message(struct adit_msg *m)
{
	return m->len == (size_t)adit_no_such_function() ? ADIT_DROP : ADIT_PASS;
}
ADIT_PLUGIN(.name = "missing", .version = "1", .summary = "x",
	.frame = { adit_frame_line, adit_frame_line }, .message = message);
"""

NONE = "int other = 1;\n"

API = """
#include <adit/plugin.h>
#undef ADIT_PLUGIN_API
#define ADIT_PLUGIN_API 99
__attribute__((constructor)) static void never(void);
static enum adit_verdict message(struct adit_msg *m)
{
	return m->len ? ADIT_PASS : ADIT_DROP;
}
static void never(void) { }
ADIT_PLUGIN(.name = "api", .version = "1", .summary = "x",
	.frame = { adit_frame_line, adit_frame_line }, .message = message);
"""


def run(t):
    server = t.listen()
    t.resource("ctl", server, plugin="parley")
    parley.use(t, "parley")
    t.gw.write()
    folder = t.path("plugins")
    parley.build(t, folder, "greedy")
    parley.build(t, folder, "missing", MISSING)
    parley.build(t, folder, "none", NONE)
    parley.build(t, folder, "api", API)
    parley.build(t, folder, "named", open(f"{parley.SOURCES}/greedy.c").read())
    shutil.copy(f"{folder}/greedy.so", f"{folder}/writable.so")
    os.chmod(f"{folder}/writable.so", 0o666)
    shutil.copy(f"{folder}/greedy.so", f"{folder}/group.so")
    os.chmod(f"{folder}/group.so", 0o664)
    os.symlink(f"{folder}/greedy.so", f"{folder}/link.so")
    os.mkdir(f"{folder}/folder.so")
    os.mkfifo(f"{folder}/fifo.so")
    with open(f"{folder}/text.so", "w") as f:
        f.write("no library\n")
    with open(f"{folder}/short.so", "wb") as f:
        with open(f"{folder}/greedy.so", "rb") as whole:
            f.write(whole.read(2000))
    if os.getuid() == 0:
        shutil.copy(f"{folder}/greedy.so", f"{folder}/foreign.so")
        os.chown(f"{folder}/foreign.so", 12345, 12345)

    accepted(t, ini_text(t.gw.conf))
    for name, why in (
            ("missing", r"missing\.so.*adit_no_such_function"),
            ("none", r"none\.so: .*ADIT_PLUGIN"),
            ("api", r"api\.so: .*another version"), ("absent", r"absent\.so: No such"),
            ("named", r"named\.so: .*its file's name"),
            ("writable", r"writable\.so: others could change"),
            ("group", r"group\.so: others could change"),
            ("foreign", r"foreign\.so: its owner, uid 12345, could change it"),
            ("link", r"link\.so: is not a regular file"),
            ("folder", r"folder\.so: is not a regular file"),
            ("fifo", r"fifo\.so: is not a regular file"),
            ("text", r"text\.so"), ("short", r"short\.so"),
            ("../greedy", r"letters, digits"), ("Parley", r"a-z")):
        if name == "foreign" and os.getuid():
            continue
        refused(t, f"@@[plugin {name}]\n", why)

    for text, why in (
            ("[plugin greedy]\n@@nmuber = 3\n", r"nmuber.*number"),
            ("[plugin greedy]\n@@number = -3\n", r"number = -3"),
            ("[plugin greedy]\n@@number = 99999999999\n", r"number"),
            ("[plugin greedy]\nnumber = 3\n@@number = 4\n", r"number"),
            ("[plugin greedy]\n[resource x]\nhost = 10.0.0.1\nport = 1\n"
             "plugin = greedy\n@@secret = no\n", r"secret"),
            ("[resource x]\nhost = 10.0.0.1\nport = 1\nplugin = parley\n"
             "@@lifetime = soon\n", r"lifetime = soon"),
            ("[resource x]\nhost = 10.0.0.1\nport = 1\nplugin = parley\n"
             "@@ports = 70000\n", r"ports"),
            ("[resource x]\nhost = 10.0.0.1\nport = 1\nplugin = parley\n"
             "@@redirect_allow = 10.0.0.0/40\n", r"redirect_allow"),
            ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@plugin = greedy\n",
             r"greedy"),
            ("[resource x]\nhost = 10.0.0.1\nport = 1\n@@secret = no\n",
             r"secret")):
        refused(t, text, why)

    os.chmod(folder, 0o777)
    refused(t, "", r"plugins: others could put plugins")
    os.chmod(folder, 0o755)
    t.gw.conf["server"]["plugin_dir"] = t.path("nowhere")
    refused(t, "", r"nowhere: No such file")


def accepted(t, text):
    with open(t.gw.conf_file, "w") as f:
        f.write(text)
    t.run([t.tool("aditd"), "-t", "-c", t.gw.conf_file])


def refused(t, text, why):
    """By aditd -t, by aditctl check, and by a start, with the same words."""
    whole = ini_text(t.gw.conf) + text
    at = whole.find("@@")
    if at < 0:
        at = whole.index("[plugin parley]")
    line = whole[:at].count("\n") + 1
    with open(t.gw.conf_file, "w") as f:
        f.write(whole.replace("@@", ""))
    want = rf"aditd\.ini:{line}: [^\n]*(?:{why})"
    for command in (["aditd", "-t"], ["aditctl", "check"], ["aditd"]):
        done = subprocess.run(
            [t.tool(command[0]), "-c", t.gw.conf_file, *command[1:]],
            text=True, capture_output=True, timeout=20)
        check(done.returncode == 2 and re.search(want, done.stderr),
              f"{text!r}: {command}: {done.returncode}, /{want}/ not in "
              f"{done.stderr}")
        check("" not in done.stderr.splitlines(), f"an empty line: {done.stderr}")

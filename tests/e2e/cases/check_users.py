# SPDX-License-Identifier: BSD-2-Clause
"""`aditd -t` and `aditctl check` name users of groups that do not exist, and
groups of users that do not; neither keeps the gateway from starting."""

from lib.base import equal, matches


def run(t):
    gw = t.gw
    gw.conf["group staff"] = {"users": "alice, bbo"}
    gw.user("bob", groups="staff")
    gw.conf["group stuff"] = gw.conf.pop("group staff")
    gw.write()
    unknown = (r'users:2: bob: there is no \[group staff\] in .*aditd.ini, '
               r'did you mean "stuff"\?')
    nobody = (r"aditd.ini:\d+: \[group stuff\] names bbo: no users file has "
              r"such a user")
    for said in (t.run([t.tool("aditd"), "-t", "-c", gw.conf_file]),
                 gw.ctl("check")):
        matches(unknown, said, "a group that is not there")
        matches(nobody, said, "a user who is not there")
        matches(": ok", said, "the rest")
    gw.start()
    gw.wait_log(unknown)
    gw.ctl("passwd", "--groups", "=", "bob")
    gw.conf["group stuff"]["users"] = "alice, bob"
    gw.write()
    equal(t.run([t.tool("aditd"), "-t", "-c", gw.conf_file]).strip(),
          f"{gw.conf_file}: ok", "nothing to say")

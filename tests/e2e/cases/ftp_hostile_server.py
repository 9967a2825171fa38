# SPDX-License-Identifier: BSD-2-Clause
"""A server that names other hosts in its 227 does not lead the client there,
and a malformed or unasked 227 opens no port."""

from lib import ftp, ftp_talk
from lib.base import check, equal
from lib.ftp_talk import six
from lib.parley import is_refused, meets

OTHERS = ["127.0.0.1", "0.0.0.0", "10.0.0.99", "169.254.169.254",
          "255.255.255.255", "224.0.0.1"]
NONSENSE = ["(127,0,0,2,0,0)", "(127,0,0,2,0,21)", "(127,0,0,2,3,255)",
            "(127,0,0,2,256,22)", "(127,0,0,2,300,1)", "(256,0,0,2,200,1)",
            "(127,0,0,2,200)", "(127,0,0,2,200,1,1)", "(", "", "no numbers",
            "(127,0,0,2,200,1) (10,0,0,1,200,2)"]
NONSENSE_229 = ["(|||0|)", "(|||21|)", "(|||1023|)", "(|||65536|)", "(||||)",
                "(|1|10.0.0.99|50000|)", "50000", "(|||50000)", "",
                "(|||-50000|)", "(1115000011)"]


def run(t):
    server = ftp.scripted(t)
    third = t.listen(f"{t.net}.9")
    # What the server's own host has at the same port is where it leads.
    own = t.listen(t.server_ip, third.port)
    both = ftp_talk.Both(t, server)
    shown = t.at("ftp")[0]
    for host in [third.host, *OTHERS]:
        text = both.ask("PASV", f"227 =({six(host, third.port)})")
        addr = ftp_talk.numbers(text)
        equal(addr[0], shown, "the address that the client is shown")
        meets(addr, own)
    own.close()
    addr = both.passive(third)
    is_refused(addr, "nobody is there")
    ftp.untouched(third)
    both.idle()
    nonsense(t, both)
    unasked(t, server)
    ftp.untouched(third)


def nonsense(t, both):
    # The last address that was announced is gone, too.
    both.ask("PASV", "227 nothing")
    before = ftp.listeners(t)
    for text in NONSENSE:
        check(both.ask("PASV", f"227 {text}").startswith("502 "), text)
    for text in NONSENSE_229:
        check(both.ask("EPSV", f"229 {text}").startswith("502 "), text)
    ftp.nothing_opened(t, before)
    both.close()


def unasked(t, server):
    """The connection ends, and the client does not see the address."""
    for text in ("227 Here ({})", "229 (|||50000|)", "228 Long ({})",
                 "227-Here ({})\r\n227 ({})"):
        text = text.replace("{}", six(t.server_ip, 50000))
        for command in "NOOP", None:
            both = ftp_talk.Both(t, server)
            before = ftp.listeners(t)
            if command:
                both.app.say(command)
                both.far.hear(command)
            both.far.say(text)
            equal(both.app.fate(), ("reset", b""), f"{text} after {command}")
            equal(both.far.fate()[0], "reset", "the server's side")
            ftp.nothing_opened(t, before)

# SPDX-License-Identifier: BSD-2-Clause
"""Mail is sent by SMTP and read by IMAP through one resource, two ports."""

from lib.base import equal, matches, show

DIRECT = True
NEEDS = ["curl", "dovecot"]


def run(t):
    t.resource("mail", t.smtp(), t.imap())
    t.up()
    smtp, imap = (show(t.at("mail", part)) for part in (0, 1))
    letter = t.write("letter", """\
        From: alice@example.org
        To: bob@example.org
        Subject: through the tunnel

        forty-two
        """)
    t.run(["curl", "-sS", f"smtp://{smtp}", "--mail-from", "alice@example.org",
           "--mail-rcpt", "bob@example.org", "-T", letter])
    login = ["--user", "bob:wonderland"]
    found = t.run(["curl", "-sS", f"imap://{imap}/INBOX?ALL", *login])
    equal(found.split(), ["*", "SEARCH", "1"], "what IMAP lists")
    mail = t.run(["curl", "-sS", f"imap://{imap}/INBOX;MAILINDEX=1", *login])
    matches(r"Subject: through the tunnel.*forty-two", mail, "the mail")
    if not t.direct:
        equal(len(t.ag.listeners("mail")), 2, "listeners of the resource")
        equal(len({host for host, _ in t.ag.listeners("mail")}), 1,
              "addresses of the resource")

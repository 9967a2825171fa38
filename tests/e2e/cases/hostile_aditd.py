# SPDX-License-Identifier: BSD-2-Clause
"""Text from a worker that was taken over does not reach the terminal of aditctl
unescaped."""

import json
import os
import socket
import subprocess
import threading

from lib.base import check

EVIL = "a\x1b[2J\x07b\nc\u202ed"
ROW = {"user": EVIL, "gateway": EVIL, "source": EVIL, "state": EVIL, EVIL: EVIL}
ANSWERS = {
    "reload": [{"error": EVIL, "errors": [EVIL]},
               {"reloaded": True, "warnings": [EVIL]}],
    "sessions": [{"sessions": [ROW]}],
    "channels": [{"channels": [ROW, {"user": 7}]}],
    "plugins": [{"plugins": [ROW], EVIL: {EVIL: [ROW, EVIL]}}],
    "stats": [{EVIL: ROW, "logins": {EVIL: [EVIL]}, "listeners": [ROW]}],
    "status": [{"state": EVIL, "version": EVIL, "since": 1 << 62,
                "configuration": {"file": EVIL}, "listeners": [ROW, 7],
                "certificates": [{"name": EVIL, "state": EVIL, "file": EVIL}],
                "warnings": [{"time": -1, "text": EVIL}, EVIL, None]},
               {"sessions": 1 << 62, "uptime_s": -(1 << 62), "warnings": {}}],
}


def serve(listener, answers):
    for answer in answers:
        client, _ = listener.accept()
        with client:
            client.makefile("rb").readline()
            client.sendall(json.dumps(answer).encode() + b"\n")


def run(t):
    t.resource("echo", t.listen())
    t.gw.write()
    path = t.gw.conf["server"]["control"]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        os.chmod(path, 0o600)
        listener.listen()
        for command, answers in ANSWERS.items():
            thread = threading.Thread(target=serve, args=(listener, answers),
                                      daemon=True)
            thread.start()
            for answer in answers:
                look(t, command, answer)
            thread.join()


def look(t, command, answer):
    done = subprocess.run([t.tool("aditctl"), "-c", t.gw.conf_file, command],
                          text=True, capture_output=True, timeout=60)
    text = done.stdout + done.stderr
    check(done.returncode in (0, 1), f"{command}: {done.returncode} {text}")
    check(not any(c in text for c in "\x1b\x07\u202e") and "b\nc" not in text,
          f"{command} prints {text!r} for {answer}")

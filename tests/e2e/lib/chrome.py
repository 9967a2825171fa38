# SPDX-License-Identifier: BSD-2-Clause
"""Headless Chromium, driven by the DevTools protocol over a pipe."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time

from .base import Failure, Skip, check, slowness, spawn, wait_for


class Chrome:
    """One page.  Runs as nobody: with its sandbox, where the machine allows
    that."""

    def __init__(self, t, *flags):
        if not shutil.which("chromium"):
            raise Skip("needs chromium")
        self.home = t.folder("chrome")
        os.chmod(t.dir, 0o755)
        mine, theirs = os.pipe(), os.pipe()
        self.to, self.of = theirs[1], mine[0]
        who = []
        if os.getuid() == 0:
            os.chown(self.home, 65534, 65534)
            who = ["setpriv", "--reuid=65534", "--regid=65534",
                   "--clear-groups", "--inh-caps=-all"]
        # The protocol is spoken at the descriptors 3 and 4.
        script = f"exec 3<&{theirs[0]} 4>&{mine[1]}; exec \"$@\""
        self.process = spawn(
            ["bash", "-c", script, "bash", *who, "env", f"HOME={self.home}",
             f"TMPDIR={self.home}", "chromium", "--headless=new",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-pipe", "--ignore-certificate-errors",
             "--no-proxy-server", "--hide-scrollbars",
             f"--user-data-dir={self.home}/profile", *flags, "about:blank"],
            log=t.path("chromium.log"), pass_fds=(theirs[0], mine[1]),
            start_new_session=True)
        os.close(theirs[0])
        os.close(mine[1])
        self.rest, self.id, self.session = b"", 0, None
        self.seen = []              # events
        target = self.call("Target.createTarget", url="about:blank")
        self.session = self.call("Target.attachToTarget", flatten=True,
                                 targetId=target["targetId"])["sessionId"]
        for domain in "Page", "Runtime", "DOM", "Accessibility", "Network":
            self.call(f"{domain}.enable")

    def close(self):
        """Chromium ends with its pipe."""
        os.close(self.to)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.of)

    def _message(self, within):
        end = time.monotonic() + within * slowness()
        while b"\0" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.of], [], [], left)[0]:
                raise Failure("chromium gives no answer")
            got = os.read(self.of, 1 << 20)
            if not got:
                raise Failure("chromium has ended")
            self.rest += got
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def call(self, method, **params):
        self.id += 1
        what = {"id": self.id, "method": method, "params": params}
        if self.session:
            what["sessionId"] = self.session
        os.write(self.to, json.dumps(what).encode() + b"\0")
        while True:
            m = self._message(40)
            if m.get("id") == self.id:
                if "error" in m:
                    raise Failure(f"chromium {method}: {m['error']}")
                return m["result"]
            self.seen.append(m)

    def wait_page(self, doing):
        """Until another document than that of now is there, and whole.  Its
        event would be lost where Chromium changes the process."""
        self.js("window.before = true")
        doing()

        def there():
            try:
                return self.js("!window.before && document.readyState == "
                               "'complete'")
            except Failure as e:
                check("context" in str(e).lower(), str(e))
                return False
        wait_for(there, "chromium to load a page", 30)

    def go(self, url):
        def navigate():
            error = self.call("Page.navigate", url=url).get("errorText")
            check(not error, f"chromium cannot load {url}: {error}")
        self.seen.clear()
        self.wait_page(navigate)

    def js(self, expression):
        """What a script would see; the pages themselves have none."""
        r = self.call("Runtime.evaluate", expression=expression,
                      returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in r:
            raise Failure(f"{expression}: {r['exceptionDetails']}")
        return r["result"].get("value")

    def key(self, name, text=""):
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        common = {"key": name, "code": name,
                  "windowsVirtualKeyCode": codes.get(name, 0)}
        if name == "Enter":
            text = "\r"
        self.call("Input.dispatchKeyEvent",
                  type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def submit(self):
        """Enter, and the page that follows."""
        self.wait_page(lambda: self.key("Enter"))

    def size(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}])

    def language(self, code):
        self.call("Network.setExtraHTTPHeaders",
                  headers={"Accept-Language": code})

    def shot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))

    def tree(self):
        """What a screen reader is told: [(role, name, properties)]."""
        found = []
        for node in self.call("Accessibility.getFullAXTree")["nodes"]:
            if node.get("ignored"):
                continue
            found.append((node["role"]["value"],
                          node.get("name", {}).get("value", ""),
                          {p["name"]: p["value"].get("value")
                           for p in node.get("properties", [])}))
        return found

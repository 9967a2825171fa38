# SPDX-License-Identifier: BSD-2-Clause
"""A web server that says what it was asked, and keeps connections open."""

import hashlib
import http.server
import json
import threading


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; /asked shows the request, with the hash of its body."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        all = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            all += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return all

    def asked(self):
        answer = json.dumps({
            "line": self.requestline, "fields": dict(self.headers.items()),
            "body": hashlib.sha256(self.body()).hexdigest()}).encode()
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = asked

    def do_GET(self):
        if self.path.startswith("/asked"):
            self.asked()
        else:
            super().do_GET()


class Site:
    """At host:port, with TLS where there is a context for it."""

    def __init__(self, host, port, folder, tls=None):
        def handler(*args):
            return Handler(*args, directory=folder)
        self.host = host
        self.server = http.server.ThreadingHTTPServer((host, port), handler)
        self.server.asked = 0
        self.port = self.server.server_address[1]
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket,
                                                 server_side=True)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    @property
    def asked(self):
        return self.server.asked

# SPDX-License-Identifier: BSD-2-Clause
"""A Web-Link needs no configuration of the user: adit status shows the URL and the
command, and name and certificate are those of the site."""

from lib import pki, servers
from lib.base import check, equal, matches

NET = True
NEEDS = ["curl", "nginx", "openssl"]


def site(t, ca, name, port, tls):
    """A site of an nginx; `other` answers to all that is no site's name."""
    cert, key = pki.certificate(t, ca, name)
    return f"""
        server {{
            listen {t.far.ip}:{port} {tls};
            server_name {name};
            ssl_certificate {cert}; ssl_certificate_key {key};
            location / {{ return 200 "{name} $http_host"; }}
        }}"""


def nginx(t, sites):
    user = f"user {servers.ME};"
    config = t.write("sites.conf", f"""
        daemon off; pid {t.path("pid")}; worker_processes 1; {user}
        error_log stderr;
        events {{ }}
        http {{
            access_log off;
            client_body_temp_path {t.path("t1")};
            proxy_temp_path {t.path("t2")}; fastcgi_temp_path {t.path("t3")};
            uwsgi_temp_path {t.path("t4")}; scgi_temp_path {t.path("t5")};
            {"".join(sites)}
        }}""")
    server = servers.Server(t.far.ip, 443)
    server.start([servers.program("nginx"), "-p", t.dir, "-c", config],
                 t.path("nginx.log"))


def run(t):
    ca = pki.authority(t, "ca")
    with t.far:
        nginx(t, [site(t, ca, "other.example", 443, "default_server ssl"),
                  site(t, ca, "wiki.corp.example", 443, "ssl"),
                  site(t, ca, "old.example", 80, "default_server"),
                  site(t, ca, "plain.corp.example", 80, "")])
    names = "wiki.corp.example", "plain.corp.example"
    t.resource("wiki", url=f"https://{names[0]}/")
    t.resource("plain", url=f"http://{names[1]}/")
    t.gw.hosts = [(t.far.ip, name) for name in names]
    t.up()
    for command in "status", "resources":
        text = t.ag.ctl(command)
        for url in f"https://{names[0]}/", f"http://{names[1]}/":
            check(url in text, f"{url} is not in\n{text}")
        found = matches(r"(?m)^    (curl --socks5-hostname \S+) (\S+)$", text,
                        "the command")
    curl, url = found.groups()
    equal(url, f"https://{names[0]}/", "the URL of the command")
    for name, scheme in (names[0], "https"), (names[1], "http"):
        page = t.run([*curl.split(), "-sS", "--cacert", ca,
                      f"{scheme}://{name}/"])
        equal(page, f"{name} {name}", "the site, and the name it was asked for")

    t.ag.ctl("stop")
    _, text = t.ag.call("status")
    check("while the agent forwards" in text and "switched off" not in text,
          f"a stopped agent says of Web-Links: {text}")
    t.ag.down()
    t.ag.conf["agent"]["socks"] = "none"
    t.ag.up()
    text = t.ag.ctl("status")
    check("socks in adit.ini" in text and "curl" not in text, text)
    equal(t.ag.status()["socks"], None, "socks")

# SPDX-License-Identifier: BSD-2-Clause
"""A web site and a gateway share port 443: HAProxy or nginx looks at what a
connection says that it speaks (ALPN), and passes it on.  As in
docs/shared-port.md."""

import os

from lib import pki
from lib.base import Skip, equal, listening, spawn, wait_for
from lib.servers import ME, Server, program
from lib.tcp import ask

VARIANTS = "haproxy", "nginx"
MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"

HAPROXY = """\
    defaults
        mode tcp
        timeout connect 5s
        timeout client 2m
        timeout server 2m
    frontend https
        bind {front}
        tcp-request inspect-delay 5s
        tcp-request content accept if {{ req.ssl_hello_type 1 }}
        use_backend adit if {{ req.ssl_alpn adit/1 }}
        default_backend web
    backend adit
        server adit {gateway} send-proxy-v2
    backend web
        server web {web}
"""

NGINX = """\
    load_module {module};
    daemon off; pid {home}/pid; worker_processes 1; {user}
    error_log stderr;
    events {{ }}
    stream {{
        map $ssl_preread_alpn_protocols $backend {{
            adit/1   {gateway};
            default  {inner};
        }}
        server {{
            listen {front};
            ssl_preread on;
            proxy_protocol on;
            proxy_pass $backend;
            proxy_timeout 2m;
        }}
        # The web server here does not speak the PROXY protocol.
        server {{
            listen {inner} proxy_protocol;
            proxy_pass {web};
        }}
    }}
"""

WEB = """\
    daemon off; pid {home}/pid; worker_processes 1; {user}
    error_log stderr;
    events {{ }}
    http {{
        access_log off;
        client_body_temp_path {home}/t1; proxy_temp_path {home}/t2;
        fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4;
        scgi_temp_path {home}/t5;
        server {{
            listen {web} ssl;
            ssl_certificate {cert};
            ssl_certificate_key {key};
            location / {{ return 200 "the web site"; }}
        }}
    }}
"""


def show(place):
    return "%s:%d" % place


def nginx(t, name, text, place, **values):
    home = t.folder(name)
    user = f"user {ME};" if os.getuid() == 0 else ""
    conf = t.write(f"{home}/conf", text.format(home=home, user=user, **values))
    return Server(*place).start([program("nginx"), "-p", home, "-c", conf],
                                t.path(f"{name}.log"))


def front(t, variant, **values):
    place = t.place()
    if variant == "nginx":
        if not os.path.exists(MODULE):
            raise Skip(f"no {MODULE} here (libnginx-mod-stream)")
        nginx(t, "front", NGINX, place, module=MODULE, front=show(place),
              inner=show(t.place()), **values)
        return place
    conf = t.write("haproxy.cfg", HAPROXY.format(front=show(place), **values))
    spawn([program("haproxy"), "-db", "-f", conf], log=t.path("haproxy.log"))
    wait_for(lambda: listening(*place), "haproxy to listen")
    return place


def run(t, variant):
    web = t.place()
    cert, key = pki.certificate(t, pki.authority(t, "ca"), "www.example")
    nginx(t, "web", WEB, web, web=show(web), cert=cert, key=key)
    t.resource("echo", t.echo())
    t.gw.conf["server"]["proxy_protocol"] = "127.0.0.0/8"
    place = front(t, variant, web=show(web),
                  gateway=show((t.gw.host, t.gw.port)))
    t.ag.conf["agent"]["gateway"] = show(place)
    t.gw.start()
    t.ag.up()
    t.ag.wait_state("connected")
    equal(ask(t.dial("echo")), b"hello", "through the gateway")
    said = t.run(["curl", "-sS", "--cacert", t.path("ca.crt"), "--resolve",
                  f"www.example:{place[1]}:{place[0]}",
                  f"https://www.example:{place[1]}/"])
    equal(said, "the web site", "what a browser gets")

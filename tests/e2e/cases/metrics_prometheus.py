# SPDX-License-Identifier: BSD-2-Clause
"""Prometheus, as Debian has it, takes the numbers: promtool finds nothing wrong
with them, nor with the alerts, which come when they should; the dashboard asks
for numbers that there are; a server scrapes."""

import json
import os
import re
import shutil
import subprocess
import urllib.parse

from lib import metrics
from lib.base import check, equal, free_port, spawn, wait_for
from lib.servers import unpacked
from lib.tcp import ask, dial

TIMEOUT = 90
TOP = os.path.realpath(f"{os.path.dirname(__file__)}/../../..")


def run(t):
    promtool = unpacked("usr/bin/promtool")
    prometheus = unpacked("usr/bin/prometheus")
    t.resource("echo", t.echo())
    at = ("127.0.0.1", free_port("127.0.0.1"))
    t.gw.conf["server"]["metrics"] = f"{at[0]}:{at[1]}"
    t.up()
    sock = dial(t.ag.at("echo"))
    equal(ask(sock, b"x" * 1000), b"x" * 1000, "a channel")
    sock.close()
    counts(at)
    tools(t, promtool, at)
    dashboard(at)
    scrapes(t, prometheus, at)


def counts(at):
    """What has ended stays counted."""
    wait_for(lambda: metrics.scrape(at).get(
        'adit_channels_ended_total{reason="closed"}') == 1, "its end")
    got = metrics.scrape(at)
    equal([got[f'adit_{name}{{resource="echo"}}'] for name in
           ("channels_opened_total", "channels_failed_total",
            "to_server_bytes_total", "to_client_bytes_total")],
          [1, 0, 1000, 1000], "the resource")
    equal((got["adit_connect_seconds_count"], got["adit_channel_seconds_count"],
           got['adit_channel_seconds_bucket{le="+Inf"}']), (1, 1, 1), "times")
    login = 'method="users",result="accepted"'
    equal((got[f"adit_login_seconds_count{{{login}}}"],
           got[f'adit_login_seconds_bucket{{{login},le="+Inf"}}']), (1, 1),
          "the agent's login")
    check(0 < got[f"adit_login_seconds_sum{{{login}}}"] < 60, "its time")


def tools(t, promtool, at):
    for accept in metrics.PLAIN,:
        text = metrics.ask(at, "/metrics", {"Accept": accept})[2]
        said = subprocess.run([promtool, "check", "metrics"], input=text,
                              text=True, capture_output=True, timeout=30)
        equal((said.returncode, said.stdout + said.stderr), (0, ""),
              "promtool check metrics")
    folder = t.path("rules")
    os.mkdir(folder)
    for file in "etc/prometheus-alerts.yml", "tests/e2e/lib/alerts.yml":
        shutil.copy(f"{TOP}/{file}", folder)
    t.run([promtool, "check", "rules", f"{folder}/prometheus-alerts.yml"])
    t.run([promtool, "test", "rules", f"{folder}/alerts.yml"])
    with open(f"{TOP}/etc/prometheus-alerts.yml") as f:
        alerts = re.findall(r"- alert: (\w+)", f.read())
    with open(f"{folder}/alerts.yml") as f:
        tried = set(re.findall(r"alertname: (\w+)", f.read()))
    with open(f"{TOP}/docs/monitoring.md") as f:
        said = set(re.findall(r"\bAdit\w+", f.read()))
    equal((set(alerts) - tried, set(alerts) ^ said), (set(), set()),
          "each alert is tried and explained")


def dashboard(at):
    with open(f"{TOP}/etc/grafana-dashboard.json") as f:
        board = json.load(f)
    known = {re.sub(r"\{.*", "", name) for name in metrics.scrape(at)}
    asked = {name for panel in board["panels"] for target in panel["targets"]
             for name in re.findall(r"\badit_\w+", target["expr"])}
    check(asked and asked <= known, f"unknown: {asked - known}")


def scrapes(t, prometheus, at):
    port = free_port("127.0.0.1")
    conf = t.write("prometheus.yml", f"""
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: adit
    static_configs: [{{targets: ['127.0.0.1:{at[1]}']}}]
""")
    server = spawn([prometheus, f"--config.file={conf}",
                    f"--storage.tsdb.path={t.path('tsdb')}",
                    f"--web.listen-address=127.0.0.1:{port}"])
    try:
        wait_for(lambda: query(port, "up") == 1, "the first scrape", 20)
        wait_for(lambda: query(port, "adit_sessions") == 1, "sessions")
        equal(query(port, "scrape_samples_scraped > 50") > 50, True, "samples")
        check(query(port, 'adit_build_info') == 1, "the version")
    finally:
        server.kill()
        server.wait()


def query(port, text):
    url = "/api/v1/query?" + urllib.parse.urlencode({"query": text})
    try:
        code, _, answer = metrics.ask(("127.0.0.1", port), url)
    except OSError:
        return None
    found = json.loads(answer)["data"]["result"] if code == 200 else []
    return float(found[0]["value"][1]) if found else None

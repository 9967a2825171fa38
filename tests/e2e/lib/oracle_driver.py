# SPDX-License-Identifier: BSD-2-Clause
"""python-oracledb, thin: logs in, pings and closes; one line of JSON for each
login.  The only argument is JSON: {descriptor, user, password, count, cancel}.

With `cancel` the ping is cancelled when a line comes on standard input."""

import json
import sys
import threading

import oracledb

task = json.loads(sys.argv[1])
results = []


def ping(connection):
    if task.get("cancel"):
        def cancel():
            sys.stdin.readline()
            connection.cancel()
        threading.Thread(target=cancel, daemon=True).start()
        try:
            connection.ping()
        except oracledb.Error as error:
            return {"cancelled": str(error)}
    connection.ping()
    return {}


def login():
    try:
        connection = oracledb.connect(
            user=task["user"], password=task["password"],
            dsn=task["descriptor"])
        more = ping(connection)
        connection.close()
        results.append({"ok": True, **more})
    except Exception as error:
        results.append({"ok": False, "error": str(error)})


threads = [threading.Thread(target=login) for _ in range(task["count"])]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for result in results:
    print(json.dumps(result))

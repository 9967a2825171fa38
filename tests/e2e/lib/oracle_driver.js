// SPDX-License-Identifier: BSD-2-Clause
// node-oracledb, thin: logs in, pings and closes; one line of JSON for each
// login.  The only argument is JSON: {module, descriptor, user, password,
// count}.
'use strict';
const task = JSON.parse(process.argv[2]);
const oracledb = require(task.module);

async function login() {
  try {
    const c = await oracledb.getConnection({
      user: task.user, password: task.password,
      connectString: task.descriptor, osUser: task.os_user,
      program: task.program, machine: 'pc7' });
    await c.ping();
    const name = c.serviceName;
    await c.close();
    return { ok: true, service: name };
  } catch (error) {
    return { ok: false, error: error.message };
  }
}

Promise.all(Array.from({ length: task.count }, login)).then((all) => {
  for (const one of all)
    console.log(JSON.stringify(one));
});

// SPDX-License-Identifier: BSD-2-Clause
// redis_clients.js - clients of Redis for Node.js.
//
//   node redis_clients.js FOLDER CLIENT TASK HOST PORT
//
// CLIENT is ioredis, iovalkey, redis or glide.  TASK:
//   keys    sets and gets many keys, alone and in pipelines, and says how many
//           came back, and at which addresses the nodes are
//   load    the same until its standard input ends; for each line there says
//           how many were right so far, and at the end how many went well and
//           how many failed, and the errors
//   pubsub  sends itself messages
//   master  asks Sentinels at HOST PORT for the master, and sets a key there
// It prints one line of JSON.
"use strict";

const [, , folder, client, task, host, port] = process.argv;
const need = (name) => require(`${folder}/node_modules/${name}`);
const at = { host, port: Number(port) };
const KEYS = 300;

// -- each client as {set, get, many, close, nodes}

async function io(name, resp) {
	const { Cluster } = need(name);
	const c = new Cluster([at], {
		slotsRefreshInterval: task === "load" ? 1000 : undefined,
		redisOptions: { connectTimeout: 5000, ...resp },
	});
	c.on("error", () => {});
	return {
		set: (k, v) => c.set(k, v),
		get: (k) => c.get(k),
		many: (keys) => Promise.all(keys.map((k) => c.get(k))),
		nodes: async () => c.nodes("all").map(
			(n) => `${n.options.host}:${n.options.port}`),
		publish: (ch, m) => c.publish(ch, m),
		subscribe: async (ch, fn) => {
			const s = new Cluster([at]);
			s.on("message", (_, m) => fn(m));
			await s.subscribe(ch);
			return () => s.disconnect();
		},
		close: () => c.disconnect(),
	};
}

async function nodeRedis() {
	const { createCluster } = need("redis");
	const c = createCluster({
		rootNodes: [{ url: `redis://${host}:${port}` }],
		useReplicas: task === "keys",
		RESP: 3,
	});
	c.on("error", () => {});
	await c.connect();
	return {
		set: (k, v) => c.set(k, v),
		get: (k) => c.get(k),
		many: (keys) => Promise.all(keys.map((k) => c.get(k))),
		nodes: async () => [...c.masters, ...c.replicas].map(
			(n) => n.address),
		publish: (ch, m) => c.publish(ch, m),
		subscribe: async (ch, fn) => {
			await c.subscribe(ch, fn);
			return () => {};
		},
		close: () => c.destroy(),
	};
}

async function glide() {
	const { GlideClusterClient } = need("@valkey/valkey-glide");
	const got = [];
	const config = {
		addresses: [at],
		requestTimeout: 5000,
		...(task === "pubsub" && { pubsubSubscriptions: {
			channelsAndPatterns: { 0: new Set(["news"]) },
			callback: ({ message }) => got.forEach((fn) => fn(message)),
		} }),
	};
	const c = await GlideClusterClient.createClient(config);
	return {
		set: (k, v) => c.set(k, v),
		get: (k) => c.get(k),
		many: (keys) => Promise.all(keys.map((k) => c.get(k))),
		nodes: async () => Object.keys(await c.ping({ route: "allNodes" })
			.then(() => c.customCommand(["CLUSTER", "MYID"],
				{ route: "allNodes" }))
			.then((found) => Array.isArray(found) ? Object.fromEntries(
				found.map(({ key, value }) => [key, value])) : found)),
		publish: (ch, m) => c.publish(m, ch),
		subscribe: async (ch, fn) => {
			got.push(fn);
			return () => {};
		},
		close: () => c.close(),
	};
}

const clients = {
	ioredis: () => io("ioredis"),
	iovalkey: () => io("iovalkey"),
	redis: nodeRedis,
	glide,
};

// -- tasks

async function keys(c) {
	const names = [...Array(KEYS).keys()].map((i) => `${client}:${i}`);
	await Promise.all(names.map((n) => c.set(n, `v${n}`)));
	const alone = await c.get(names[7]);
	const found = await c.many(names);
	return {
		right: found.filter((v, i) => v === `v${names[i]}`).length +
			(alone === `v${names[7]}`),
		nodes: [...new Set(await c.nodes())].sort(),
	};
}

async function load(c) {
	const told = { right: 0, wrong: 0, errors: {} };
	let on = true;
	process.stdin.on("data", () => process.stdout.write(`${told.right}\n`));
	process.stdin.on("end", () => { on = false; });
	for (let i = 0; on; i++) {
		const name = `${client}:${i % 500}`;
		try {
			await c.set(name, String(i));
			told[await c.get(name) === String(i) ? "right" : "wrong"]++;
		} catch (error) {
			const text = String(error.message).slice(0, 80);
			told.errors[text] = (told.errors[text] || 0) + 1;
			await new Promise((done) => setTimeout(done, 50));
		}
		if (!(i % 8))
			await new Promise((done) => setTimeout(done, 2));
	}
	return told;
}

async function pubsub(c) {
	const got = [];
	let all;
	const arrived = new Promise((done) => { all = done; });
	const stop = await c.subscribe("news", (m) => {
		got.push(m);
		if (got.length === 5)
			all();
	});
	for (let i = 0; i < 5; i++)
		await c.publish("news", `MOVED ${i} 10.0.0.1:7000`);
	await arrived;
	stop();
	return { got: got.sort() };
}

// -- Sentinel

async function master() {
	if (client === "redis") {
		const { createSentinel } = need("redis");
		const s = createSentinel({ name: "mymaster", sentinelRootNodes: [at],
			scanInterval: 500 });
		s.on("error", () => {});
		await s.connect();
		return { set: (k, v) => s.set(k, v), get: (k) => s.get(k),
			close: () => s.destroy() };
	}
	const Redis = need(client);
	let s, wanted = true;
	// A client that hears of the failover while it asks a Sentinel ends for
	// good (findings/sentinel-failover-ends.sh).
	const make = () => {
		s = new (Redis.default || Redis)({
			sentinels: [at], name: "mymaster", failoverDetector: true });
		s.on("error", () => {});
		s.on("end", () => wanted && make());
	};
	make();
	return { set: (k, v) => s.set(k, v), get: (k) => s.get(k),
		close: () => { wanted = false; s.disconnect(); } };
}

const tasks = { keys, load, pubsub, sentinel: load };

(async () => {
	const c = await (task === "sentinel" ? master() : clients[client]());
	if (task === "load" || task === "sentinel")
		process.stdout.write("ready\n");
	const told = await tasks[task](c);
	process.stdout.write(JSON.stringify(told) + "\n");
	await c.close();
	process.exit(0);
})().catch((error) => {
	process.stderr.write(`${error.stack}\n`);
	process.exit(1);
});

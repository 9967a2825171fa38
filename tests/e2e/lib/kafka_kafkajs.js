// SPDX-License-Identifier: BSD-2-Clause
// kafkajs; see kafka_clients.py.
'use strict';

const { Kafka, logLevel, Partitioners } = require('kafkajs');

async function list(kafka) {
  const admin = kafka.admin();
  await admin.connect();
  const { brokers } = await admin.describeCluster();
  await admin.disconnect();
  return { brokers: brokers.map((b) => `${b.host}:${b.port}`) };
}

async function produce(kafka, { topic, count, over }) {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const messages = [];

  await producer.connect();
  for (let n = 0; n < count; n++)
    messages.push({ value: String(n), partition: n % over });
  await producer.send({ topic, messages });
  await producer.disconnect();
  return { sent: count };
}

async function consume(kafka, { topic, count, group }) {
  const consumer = kafka.consumer({ groupId: group });
  let sum = 0;

  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise((done) => consumer.run({
    eachMessage: async ({ message }) => {
      sum += Number(message.value.toString());
      if (--count === 0)
        done();
    },
  }));
  return { sum };
}

async function main(task) {
  const [mechanism, username, password] = task.sasl || [];
  const kafka = new Kafka({
    brokers: [task.at], logLevel: logLevel.NOTHING, clientId: 'adit-test',
    sasl: mechanism && { mechanism: mechanism.toLowerCase(), username, password },
  });

  console.log(JSON.stringify(
    await { list, produce, consume }[task.do](kafka, task)));
  process.exit(0);      // leaving a group is not what is tested
}

main(JSON.parse(process.argv[2]));

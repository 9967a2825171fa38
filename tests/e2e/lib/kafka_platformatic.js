// SPDX-License-Identifier: BSD-2-Clause
// @platformatic/kafka; see kafka_clients.py.
'use strict';

const { Admin, Consumer, Producer, stringDeserializers, stringSerializers } =
  require('@platformatic/kafka');

async function list(conf) {
  const admin = new Admin(conf);
  const { brokers } = await admin.metadata({});
  await admin.close();
  return { brokers: [...brokers.values()].map((b) => `${b.host}:${b.port}`) };
}

async function produce(conf, { topic, count, over }) {
  const producer = new Producer({ ...conf, serializers: stringSerializers });
  const messages = [];

  for (let n = 0; n < count; n++)
    messages.push({ topic, value: String(n), partition: n % over });
  await producer.send({ messages });
  await producer.close();
  return { sent: count };
}

async function consume(conf, { topic, count, group }) {
  const consumer = new Consumer({
    ...conf, groupId: group, deserializers: stringDeserializers,
  });
  const stream = await consumer.consume({
    topics: [topic], mode: 'earliest', maxWaitTime: 100,
  });
  let sum = 0;

  for await (const message of stream) {
    sum += Number(message.value);
    if (--count === 0)
      break;
  }
  return { sum };
}

async function main(task) {
  const [mechanism, username, password] = task.sasl || [];
  const conf = {
    clientId: 'adit-test', bootstrapBrokers: [task.at],
    sasl: mechanism && { mechanism, username, password },
  };

  console.log(JSON.stringify(
    await { list, produce, consume }[task.do](conf, task)));
  process.exit(0);      // leaving a group is not what is tested
}

main(JSON.parse(process.argv[2]));

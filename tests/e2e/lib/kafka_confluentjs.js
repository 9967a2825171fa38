// SPDX-License-Identifier: BSD-2-Clause
// @confluentinc/kafka-javascript, which is librdkafka; see kafka_clients.py.
'use strict';

const { Producer, KafkaJS: { Kafka, logLevel } } =
  require('@confluentinc/kafka-javascript');

function list(kafka, { at, sasl: [mechanism, username, password] = [] }) {
  const producer = new Producer({
    'metadata.broker.list': at,
    ...mechanism && {
      'security.protocol': 'sasl_plaintext', 'sasl.mechanism': mechanism,
      'sasl.username': username, 'sasl.password': password,
    },
  });

  return new Promise((done, failed) => producer.connect({}, (error, told) => {
    if (error)
      failed(error);
    else        // its threads may crash a process that ends beside them
      producer.disconnect(() => done({
        brokers: told.brokers.map((b) => `${b.host}:${b.port}`),
      }));
  }));
}

async function produce(kafka, { topic, count, over }) {
  const producer = kafka.producer();
  const messages = [];

  await producer.connect();
  for (let n = 0; n < count; n++)
    messages.push({ value: String(n), partition: n % over });
  await producer.send({ topic, messages });
  await producer.disconnect();
  return { sent: count };
}

async function consume(kafka, { topic, count, group }) {
  const consumer = kafka.consumer({
    kafkaJS: { groupId: group, fromBeginning: true },
  });
  let sum = 0;

  await consumer.connect();
  await consumer.subscribe({ topic });
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
  const kafka = new Kafka({ kafkaJS: {
    brokers: [task.at], logLevel: logLevel.NOTHING, clientId: 'adit-test',
    ...mechanism && {
      sasl: { mechanism: mechanism.toLowerCase(), username, password },
    },
  } });

  console.log(JSON.stringify(
    await { list, produce, consume }[task.do](kafka, task)));
  process.exit(0);      // leaving a group is not what is tested
}

main(JSON.parse(process.argv[2]));

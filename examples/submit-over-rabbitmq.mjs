// Try it: npm start, then node examples/submit-over-rabbitmq.mjs (reads the addresses and the password of .baton)
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'amqplib';

const folder = process.env.BATON_DATA_DIR ?? '.baton';
const { api, messageQueueUrl } = JSON.parse(readFileSync(`${folder}/mesh.json`, 'utf8'));
const body = readFileSync(`${folder}/credentials.json`, 'utf8');
const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
const { accessToken } = await (await fetch(`${api}/api/auth/token`, signIn)).json();

const connection = await connect(messageQueueUrl);
const channel = await connection.createChannel();
const answer = new Promise((resolve) => channel.consume('amq.rabbitmq.reply-to', resolve, { noAck: true }));

const event = {
  specversion: '1.0',
  id: randomUUID(), // the same id again is the same task
  source: '/examples/submit-over-rabbitmq',
  type: 'io.baton.tasks.submit.v1',
  data: { capability: 'probe.echo', input: { hello: 'mesh' }, wait: 30 }, // without wait: answered once it is stored
};
channel.sendToQueue('baton.orchestrator', Buffer.from(JSON.stringify(event)), {
  contentType: 'application/cloudevents+json',
  replyTo: 'amq.rabbitmq.reply-to',
  headers: { authorization: `Bearer ${accessToken}` },
});

const { type, data } = JSON.parse((await answer).content.toString());
console.log(type, data.state ?? data.code, JSON.stringify(data.output ?? data.detail));
await connection.close();

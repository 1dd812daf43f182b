// An agent with nothing but amqplib, written from docs/reference/wire.md.
// Try it: npm start, then node examples/plain-agent.mjs (finds the broker in .baton/mesh.json, or take MESSAGE_QUEUE_URL).
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';

const urls = (process.env.MESSAGE_QUEUE_URL ?? JSON.parse(readFileSync('.baton/mesh.json')).messageQueueUrl).split(',');
const userId = decodeURIComponent(new URL(urls[0]).username); // said in every message, and checked by the broker
const name = process.env.BATON_AGENT_NAME ?? 'lines-1'; // stays over restarts: mailboxes and memberships belong to it
const agentId = process.env.BATON_AGENT_ID ?? randomUUID(); // of this process
const concurrency = 4;
const drainMs = 10_000;
const inbox = `baton.agent.${agentId}`;
const live = `baton.messages.${agentId}`;

class Failure extends Error {
  constructor(code, message, retryable = false) {
    super(message);
    this.error = { code, message: message.slice(0, 20_000), retryable };
  }
}

const fields = (field, type) => ({ type: 'object', required: [field], properties: { [field]: { type } } });
const capabilities = {
  'lines.count': {
    input: fields('text', 'string'),
    run({ text }) {
      if (text === '') throw new Failure('NO_LINES', 'The text is empty.');
      return { lines: text.split('\n').length };
    },
  },
  'lines.wait': {
    input: fields('steps', 'integer'),
    async run({ steps }, attempt) {
      for (let done = 0; done < steps; done++) {
        attempt.news = { percent: (100 * done) / steps, message: `${done} of ${steps}` };
        await sleep(50, undefined, { signal: attempt.ending.signal }); // throws when the attempt must end
      }
      return { waited: steps };
    },
  },
};
const offers = Object.entries(capabilities).map(([capability, { input }]) => {
  return { name: capability, version: '1.0.0', input, output: { type: 'object' } };
});

// --- what the agent holds: attempts by token, until the broker has confirmed their results

const held = new Map();
const finished = new Map(); // results that were sent, for assignments that come twice
const canceled = new Map(); // a cancel may overtake its assignment
const seen = new Map(); // messages that were handled
let session; // undefined while the broker is away
let leaveBy = Infinity;
let reason = 'stopped';
const leaving = () => leaveBy < Infinity;
const now = () => new Date().toISOString();

function keep(memory, key, value) {
  memory.set(key, value);
  if (memory.size > 1000) memory.delete(memory.keys().next().value);
}

function assign(order) {
  if (held.has(order.token)) return; // it came twice
  const ended = finished.get(order.token);
  const attempt = ended ?? { order, ending: new AbortController(), phases: { assigned: now() }, started: 0, told: 0 };
  attempt.since ??= performance.now();
  held.set(order.token, attempt);
  if (ended)
    void report(); // it ended before: the kept result goes out again
  else if (leaving()) end(attempt, handBack('AGENT_DRAINING', 'The agent is leaving and takes nothing new.'));
  else if (!(order.capability in capabilities))
    end(attempt, handBack('CAPABILITY_UNKNOWN', `Not offered here: ${order.capability}`));
  else if (canceled.has(order.token)) end(attempt, { outcome: 'canceled' });
  else startNext();
}

/** Starts what has a place, in order of arrival. */
function startNext() {
  const open = [...held.values()].filter((attempt) => !attempt.result);
  let places = concurrency - open.filter((attempt) => attempt.started).length;
  for (const attempt of open) if (!attempt.started && places-- > 0) void run(attempt);
}

async function run(attempt) {
  const { capability, input, timeoutMs } = attempt.order;
  attempt.started = performance.now();
  attempt.phases.executing = now();
  const timer = setTimeout(() => abort(attempt, 'timeout'), Math.max(1, Math.min(timeoutMs, 2 ** 31 - 1)));
  const result = await perform(attempt, capability, input);
  clearTimeout(timer);
  end(attempt, result);
}

async function perform(attempt, capability, input) {
  try {
    const output = await capabilities[capability].run(input, attempt);
    if (Buffer.byteLength(JSON.stringify(output)) > 1024 * 1024)
      throw new Failure('OUTPUT_TOO_LARGE', 'Send a reference.');
    attempt.phases.completed = now();
    return { outcome: 'completed', output };
  } catch (thrown) {
    if (attempt.why === 'canceled') return { outcome: 'canceled' };
    if (attempt.why === 'draining') return handBack('AGENT_DRAINING', 'The agent left before it had ended.');
    if (attempt.why === 'timeout')
      return { outcome: 'failed', error: new Failure('TASK_TIMEOUT', 'It took too long.', true).error };
    const error = thrown.error ?? new Failure('CAPABILITY_FAILED', String(thrown), true).error;
    return { outcome: 'failed', error };
  }
}

/** A bid, or no at once: who does not answer a call keeps everybody waiting until its window closes. */
function bid({ callId, capability }) {
  const answer = { callId, agentId };
  const no = (reason) => event('io.baton.auction.declined.v1', { ...answer, reason });
  if (leaving()) return no('leaving');
  if (!(capability in capabilities)) return no(`does not offer ${capability}`);
  const busy = [...held.values()].filter(({ result }) => !result).length;
  if (busy >= concurrency) return no('all places are taken');
  // It keeps no record of itself: a price, a second, and as sure as not.
  return event('io.baton.auction.bid.v1', { ...answer, cost: 1, seconds: 1, confidence: 0.5 });
}

const handBack = (code, message) => ({ outcome: 'rejected', error: { code, message, retryable: true } });

/** Ends one that runs by its signal, one that waits at once. */
function abort(attempt, why) {
  if (!attempt || attempt.result) return;
  attempt.why ??= why;
  if (attempt.started) attempt.ending.abort();
  else end(attempt, why === 'canceled' ? { outcome: 'canceled' } : handBack('AGENT_DRAINING', 'It had not begun.'));
}

function end(attempt, result) {
  attempt.result = result;
  startNext();
  void report();
}

// --- the wire

const event = (type, data) => {
  const more = { time: now(), datacontenttype: 'application/json' };
  return { specversion: '1.0', id: randomUUID(), source: `/agents/${agentId}`, type, ...more, data };
};

/** One event, or a list as one message. With `sure` it resolves with whether the broker and a queue have it. */
function send(exchange, key, events, { sure, ...options } = {}) {
  if (!session) return Promise.resolve(false);
  const many = Array.isArray(events);
  const { type, id } = many ? { type: events[0].type, id: randomUUID() } : events;
  const contentType = many ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
  const properties = { contentType, type, messageId: id, userId, ...options };
  const content = Buffer.from(JSON.stringify(events));
  if (!sure) return session.channel.publish(exchange, key, content, properties);
  const { surely, returned } = session;
  return new Promise((resolve) => {
    // A message that no queue takes comes back before its confirm, which says yes all the same.
    const told = (refused) => resolve(!refused && !returned.delete(id));
    surely.publish(exchange, key, content, { ...properties, persistent: true, mandatory: true }, told);
  });
}

/** The data of the answer. Rejects when nobody is there, after 5 s, and with the problem that was answered. */
async function request(exchange, key, type, data) {
  const { pending } = session;
  const correlationId = randomUUID();
  const answer = new Promise((resolve, reject) => pending.set(correlationId, { resolve, reject }));
  const timer = setTimeout(() => pending.get(correlationId)?.reject(new Error(`no answer to ${type}`)), 5000);
  void send(exchange, key, event(type, data), { mandatory: true, replyTo: 'amq.rabbitmq.reply-to', correlationId });
  const message = await answer.finally(() => (clearTimeout(timer), pending.delete(correlationId)));
  const { type: kind, data: told } = JSON.parse(message.content);
  if (kind === 'io.baton.request.failed.v1') throw Object.assign(new Error(told.detail), told);
  return told;
}

/** Asks again and again, but for refusals: the same again would be refused again. A full mesh may have room later. */
async function requestUntilAnswered(...asked) {
  for (let waitMs = 100; session; waitMs = Math.min(2 * waitMs, 5000)) {
    try {
      return await request(...asked);
    } catch (error) {
      if (error.status < 429 && error.code !== 'AGENT_LIMIT_REACHED') throw error;
      await sleep(waitMs * (0.75 + Math.random() / 2));
    }
  }
  throw new Error('the connection was lost');
}

let reporting = false;
/** Sends the results there are, many in one message, until the broker has confirmed them. */
async function report() {
  if (reporting || !session) return;
  reporting = true;
  for (let batch; session && (batch = [...held.values()].filter(({ result }) => result).slice(0, 50)).length > 0;) {
    const events = batch.map(({ order: { taskId, attempt, token }, phases, result }) =>
      event('io.baton.task.finished.v1', { taskId, agentId, attempt, token, phases, ...result }),
    );
    const large = JSON.stringify(events).length > 2 * 1024 * 1024;
    const parcels = large ? events.map((one) => [one]) : [events];
    const sent = await Promise.all(parcels.map((parcel) => send('baton.results', 'results', parcel, { sure: true })));
    if (!sent.every(Boolean))
      await sleep(500); // no orchestrator has made the queue yet, or the connection went
    else for (const one of batch) (held.delete(one.order.token), keep(finished, one.order.token, one));
  }
  reporting = false;
}

// --- presence

const announcement = {
  ...{ agentId, name, family: 'lines', incarnation: 0, version: '1.0.0', host: hostname(), pid: process.pid },
  ...{ capabilities: offers, tags: ['plain'], concurrency, resources: {}, channels: ['lines'] },
};

async function register() {
  const type = 'io.baton.agent.register.v1';
  const registered = await requestUntilAnswered('baton.registry', 'registry', type, announcement);
  services = registered.services;
  everyMs = registered.heartbeatSeconds * 1000;
  beat();
  console.log(JSON.stringify({ event: 'registered', agentId, name }));
}

let everyMs = Infinity;
let beats = 0;
let beatAt = 0;
let usage = process.cpuUsage();
function beat() {
  const spent = process.cpuUsage(usage);
  const cpuPercent = (spent.user + spent.system) / 10 / Math.max(1, performance.now() - beatAt);
  usage = process.cpuUsage();
  beatAt = performance.now();
  const data = {
    ...{ agentId, beat: ++beats, everyMs, state: held.size > 0 ? 'running' : 'idle', draining: leaving() },
    inFlight: [...held.values()].map(({ order: { taskId, token } }) => ({ taskId, token })),
    usage: { cpuPercent, memoryMb: process.memoryUsage.rss() / 1024 / 1024, loadAverage: loadavg()[0] },
  };
  send('baton.heartbeats', 'agent', event('io.baton.agent.heartbeat.v1', data));
}

function tick() {
  const clock = performance.now();
  if (clock > leaveBy) for (const attempt of held.values()) abort(attempt, 'draining');
  if (!session) return;
  if (clock - beatAt >= everyMs) beat();
  const due = [...held.values()].filter(
    ({ result, news, started, told }) => !result && news && clock - started > 200 && clock - told > 500,
  );
  const events = due.map((attempt) => {
    const { taskId, attempt: number, token } = attempt.order;
    const data = {
      taskId,
      agentId,
      attempt: number,
      token,
      phase: 'executing',
      ...attempt.news,
      phases: attempt.phases,
    };
    Object.assign(attempt, { news: undefined, told: clock });
    return event('io.baton.task.progress.v1', data);
  });
  if (events.length > 0) send('baton.results', 'results', events);
}

const orders = {
  'io.baton.task.assigned.v1': assign,
  'io.baton.task.cancel.v1'({ token }) {
    keep(canceled, token, true);
    abort(held.get(token), 'canceled');
  },
  'io.baton.auction.call.v1'(call, { replyTo, correlationId }) {
    if (replyTo) send('', replyTo, bid(call), { correlationId });
  },
  'io.baton.agent.ping.v1': (ping) => ping.beat && beat(),
  'io.baton.agent.reregister.v1': () => void register().catch(giveUp),
  'io.baton.agent.drain.v1': (order) => void leave(order.withinMs, order.reason),
};

let services; // the users whose orders count, when the registry names them

function onOrder(message) {
  if (!message) return session?.connection.close(); // the queue is gone: begin anew
  if (services && !services.includes(message.properties.userId)) return; // the broker has checked the name
  for (const { type, data } of [JSON.parse(message.content)].flat()) orders[type]?.(data, message.properties);
}

// --- messages

const isGreeting = ({ type, data }) => type === 'org.example.greeting.v1' && typeof data?.text === 'string';

function onMessage(message) {
  if (!message) return session?.connection.close();
  const { channel } = session;
  let events;
  try {
    events = [JSON.parse(message.content)].flat();
  } catch {
    events = [];
  }
  // What it does not take the broker moves to the dead letters.
  if (events.length === 0 || !events.every(isGreeting)) return channel.reject(message, false);
  const { replyTo, correlationId, headers } = message.properties;
  const toChannel = message.fields.exchange === 'baton.channels';
  for (const { source, id, data } of events) {
    const key = `${source} ${id}`;
    const news = event('org.example.heard.v1', { by: name, text: data.text });
    if (!seen.has(key) && !toChannel) send('baton.channels', 'lines', news);
    keep(seen, key, true);
  }
  const receipt = event('io.baton.message.receipt.v1', { address: name, outcome: 'handled', reason: null });
  const answers = events.map(({ data }) => event('org.example.greeted.v1', { text: `Hello, you said: ${data.text}` }));
  const answer = headers?.['baton-receipt'] === 'wanted' ? receipt : answers.length > 1 ? answers : answers[0];
  if (replyTo) send('', replyTo, answer, { correlationId });
  channel.ack(message);
}

/** A member hears what is said in the channel; the registry keeps the membership, the binding is the member's own. */
async function join(channel) {
  const membership = { channel, member: name, create: true };
  await requestUntilAnswered('baton.registry', 'registry', 'io.baton.channel.join.v1', membership);
  await session?.channel.bindQueue(live, 'baton.channels', channel);
}

// --- the connection

const exchanges = {
  direct: ['baton.direct', 'baton.messages', 'baton.heartbeats', 'baton.registry', 'baton.results'],
  topic: ['baton.channels'],
  fanout: ['baton.dead-letters'],
};

async function open() {
  const url = urls[Math.floor(Math.random() * urls.length)].trim();
  const connection = await connect(url, { clientProperties: { connection_name: name }, timeout: 5000 });
  const ended = new Promise((resolve) => connection.once('close', resolve));
  connection.on('error', (error) => console.error(error.message)); // `close` follows
  const channel = await connection.createChannel();
  const surely = await connection.createConfirmChannel();
  for (const one of [channel, surely]) one.on('error', () => connection.close().catch(() => undefined));
  session = { connection, channel, surely, ended, pending: new Map(), returned: new Set() };
  const { pending, returned } = session;
  surely.on('return', ({ properties }) => returned.add(properties.messageId));
  channel.on('return', ({ properties }) => pending.get(properties.correlationId)?.reject(new Error('nobody is there')));
  await listen(channel, pending);
}

async function listen(channel, pending) {
  for (const [type, names] of Object.entries(exchanges))
    for (const exchange of names) await channel.assertExchange(exchange, type, { durable: true });
  const answered = (message) => message && pending.get(message.properties.correlationId)?.resolve(message);
  await channel.consume('amq.rabbitmq.reply-to', answered, { noAck: true });
  await channel.assertQueue(inbox, { durable: false, exclusive: true, autoDelete: true });
  await channel.bindQueue(inbox, 'baton.direct', agentId);
  await channel.consume(inbox, onOrder, { noAck: true });
  const limits = {
    maxLength: 10_000,
    arguments: { 'x-max-length-bytes': 64 * 1024 * 1024, 'x-overflow': 'reject-publish' },
  };
  const life = { durable: false, exclusive: true, autoDelete: true, deadLetterExchange: 'baton.dead-letters' };
  await channel.assertQueue(live, { ...life, ...limits });
  for (const address of [name, agentId]) await channel.bindQueue(live, 'baton.messages', `live.${address}`);
  await channel.prefetch(16);
  await channel.consume(live, onMessage);
}

/** Until it leaves: a connection, a registration, and the same again when the connection is lost. */
async function main() {
  const ticker = setInterval(tick, 50);
  for (let waitMs = 100; !leaving(); waitMs = Math.min(2 * waitMs, 5000)) {
    try {
      await open();
      waitMs = 50;
      void report(); // what could not be sent before
      register()
        .then(() => join('lines'))
        .catch(giveUp);
      await session.ended;
    } catch (error) {
      console.error(`no connection: ${error.message}`);
      await session?.connection.close().catch(() => undefined);
    }
    for (const { reject } of session?.pending.values() ?? []) reject(new Error('the connection was lost'));
    session = undefined;
    if (!leaving()) await sleep(waitMs * (0.75 + Math.random() / 2));
  }
  clearInterval(ticker);
}

function giveUp(error) {
  if (error.status === undefined) return; // the connection was lost: it is asked again with the next one
  console.error(`refused: ${error.message}`);
  process.exitCode = 78;
  void leave(0, 'refused');
}

/** Takes nothing new, lets attempts end, hands back the rest, says farewell. */
async function leave(withinMs, why) {
  const by = performance.now() + withinMs;
  if (by < leaveBy) leaveBy = by;
  reason = why;
  for (const attempt of held.values()) if (!attempt.started) abort(attempt, 'draining');
  beat();
  while (held.size > 0 && performance.now() < leaveBy + 3000) await sleep(20);
  await send('baton.registry', 'registry', event('io.baton.agent.deregister.v1', { agentId, reason }), { sure: true });
  await session?.connection.close();
}

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void leave(drainMs, 'stopped'));
await main();

import { type Bus, connectBus, outgoing, type Outgoing, routes } from '@baton/bus';
import { channelCreate, channelDelete, channelJoin, channelLeave, mailboxClose, mailboxOpen } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { Database, statement } from '@baton/persistence';
import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readConfig } from '../config';
import { Desk } from '../desk';
import { RegistryModule } from '../registry.module';

jest.setTimeout(40_000);
const logger = createLogger('rights-spec', 'silent');
const forRequests = { configure: '', write: String.raw`^baton\.registry$`, read: '' };
const ADD_AGENT = statement(
  'spec-rights-agent',
  `insert into agents (id, name, family, incarnation, version, state, host, pid, concurrency, amqp_user)
   values (gen_random_uuid(), 'researcher', 'probe', 1, '1', 'idle', 'h', 1, 1, $1)`,
);
let broker: TestBroker;
let own: TestDatabase;
let database: Database;
let registry: INestApplicationContext;
const buses: Bus[] = [];
let mallory: Bus;
let research: Bus;
let service: Bus;

const connectAs = async (url: string, source: string): Promise<Bus> => {
  const bus = await connectBus({ url, name: 'spec', source, logger });
  buses.push(bus);
  return bus;
};
const ask = async (bus: Bus, message: Outgoing): Promise<unknown> => (await bus.request(routes.registry, message)).data;
const forbidden = (bus: Bus, message: Outgoing) =>
  expect(ask(bus, message)).rejects.toMatchObject({ problem: { code: 'FORBIDDEN', status: 403 } });

beforeAll(async () => {
  [broker, own] = await Promise.all([testBroker(), testDatabase()]);
  database = new Database({ url: own.url, name: 'rights-spec' });
  const config = readConfig({ MESSAGE_QUEUE_URL: broker.url, DATABASE_URL: own.url });
  registry = await NestFactory.createApplicationContext(RegistryModule.with(config, logger), { logger: false });
  service = await connectAs(broker.url, '/services/spec');
  mallory = await connectAs(await broker.addUser('mallory', forRequests), '/users/admin');
  const url = await broker.addUser('research', forRequests);
  await database.run(ADD_AGENT, [new URL(url).username]);
  research = await connectAs(url, '/agents/1');
}, 60_000);
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close(0)));
  await registry.close();
  await database.close();
  await Promise.all([own.close(), broker.close()]);
});

test('a name is spoken for by its AMQP user and by services; whoever else tries is refused and counted', async () => {
  const before = (await registry.get(Desk, { strict: false }).metrics.metrics()).length;
  const join = outgoing(channelJoin, { channel: 'team', member: 'researcher', create: true });
  await forbidden(mallory, join);
  await ask(research, join);
  await forbidden(mallory, outgoing(channelLeave, { channel: 'team', member: 'researcher' }));
  await forbidden(mallory, outgoing(mailboxOpen, { address: 'researcher' }));
  await ask(service, outgoing(mailboxOpen, { address: 'researcher' }));
  const metrics = await registry.get(Desk, { strict: false }).metrics.metrics();
  expect(metrics.length).toBeGreaterThan(before);
  expect(metrics).toMatch(/baton_refused_total\{[^}]*what="membership"[^}]*reason="another user"[^}]*\} 3/);
  expect(await ask(mallory, outgoing(channelJoin, { channel: 'team', member: 'mallory-1' }))).toMatchObject({
    member: 'mallory-1',
  });
});

test('what would be lost is ended by who made it, whatever source a request names', async () => {
  await ask(service, outgoing(channelCreate, { name: 'theirs' }));
  await forbidden(mallory, outgoing(channelDelete, { name: 'theirs' }));
  expect(await ask(mallory, outgoing(channelCreate, { name: 'mine' }))).toMatchObject({
    createdBy: expect.stringMatching(/^amqp:mallory\S* as \/users\/admin$/),
  });
  await forbidden(research, outgoing(channelDelete, { name: 'mine' }));
  await ask(mallory, outgoing(channelDelete, { name: 'mine' }));
  await ask(service, outgoing(mailboxOpen, { address: 'shop' }));
  await forbidden(mallory, outgoing(mailboxClose, { address: 'shop', discard: true }));
  await ask(research, outgoing(mailboxOpen, { address: 'own' }));
  await forbidden(mallory, outgoing(mailboxClose, { address: 'own', discard: true }));
  await ask(research, outgoing(mailboxClose, { address: 'own', discard: true }));
  await ask(service, outgoing(mailboxClose, { address: 'shop' }));
});

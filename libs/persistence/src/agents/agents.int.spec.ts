import { randomUUID } from 'node:crypto';
import { type AgentId, type AgentRegister, type Capability } from '@baton/contracts';
import { testDatabase, type TestDatabase } from '@baton/testing';
import {
  agentHistory,
  Database,
  endUnstartedAgents,
  getAgent,
  insertCreatedAgent,
  listAgents,
  loadCapabilities,
  loadPresentAgents,
  markDraining,
  moveAgent,
  registerAgent,
  saveAgentLoads,
  statement,
  terminateAgent,
} from '..';

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await testDatabase();
  database = new Database({ url: own.url, name: 'agents-spec', connections: 4 });
});
afterAll(async () => {
  await database.close();
  await own.close();
});

const by = { actor: 'registry', maxAgents: 1000 };
const search: Capability = { name: 'research.search', version: '1.0.0', input: { type: 'object' }, output: true };
const newId = (): AgentId => randomUUID() as AgentId;
const agentNamed = (name: string, more: Partial<AgentRegister> = {}): AgentRegister => ({
  agentId: newId(),
  name,
  family: 'research',
  incarnation: 0,
  version: '1.0.0',
  host: 'here',
  pid: 4711,
  capabilities: [search],
  tags: ['fast'],
  concurrency: 4,
  resources: {},
  channels: [],
  ...more,
});
const load = (agentId: AgentId, more: object = {}) => ({
  agentId,
  heardAgoMs: 0,
  inFlight: 0,
  draining: false,
  health: 100,
  usage: { cpuPercent: 1, memoryMb: 50, loadAverage: 0.5 },
  ...more,
});
const stepsOf = async (id: AgentId): Promise<unknown> =>
  (await agentHistory(database, id)).map(({ from, to, reason }) => [from, to, reason]);

describe('registration', () => {
  test('a new agent walks to idle, every step audited; again changes nothing', async () => {
    const agent = agentNamed('walks');
    expect(await registerAgent(database, agent, by)).toMatchObject({
      what: 'registered',
      incarnation: 1,
      replaced: [],
    });
    expect(await registerAgent(database, agent, by)).toMatchObject({ what: 'updated', incarnation: 1, replaced: [] });
    expect(await stepsOf(agent.agentId)).toEqual([
      [null, 'created', 'registered'],
      ['created', 'initializing', 'registered'],
      ['initializing', 'idle', 'registered'],
    ]);
    expect(await getAgent(database, agent.agentId)).toMatchObject({ state: 'idle', incarnation: 1, tags: ['fast'] });
  });

  test('new capabilities are taken over and audited', async () => {
    const agent = agentNamed('learns');
    await registerAgent(database, agent, by);
    const extract = { ...search, name: 'research.extract' };
    await registerAgent(database, { ...agent, capabilities: [search, extract] }, by);
    expect(await stepsOf(agent.agentId)).toContainEqual(['idle', 'idle', 'updated']);
    expect((await loadCapabilities(database)).map((one) => one.name)).toContain('research.extract');
  });

  test('the next incarnation of a name ends the one before, which may not come back', async () => {
    const first = agentNamed('twice');
    const second = agentNamed('twice');
    await registerAgent(database, first, by);
    expect(await registerAgent(database, second, by)).toMatchObject({ incarnation: 2, replaced: [first.agentId] });
    expect(await getAgent(database, first.agentId)).toMatchObject({ state: 'terminated', health: 0 });
    await expect(registerAgent(database, first, by)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });

  test('many at once under one name: one is left, incarnations have no gap', async () => {
    const agents = Array.from({ length: 8 }, () => agentNamed('crowd'));
    await Promise.allSettled(agents.map((agent) => registerAgent(database, agent, by)));
    const items = await listAgents(database, { name: 'crowd' }, { limit: 20 });
    expect(items.filter((one) => one.state !== 'terminated')).toHaveLength(1);
    expect(items.map((one) => one.incarnation).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('a lost agent returns under its id, a removed one does not', async () => {
    const agent = agentNamed('phoenix');
    await registerAgent(database, agent, by);
    await markDraining(database, agent.agentId, 'user:admin', 'test');
    await terminateAgent(database, agent.agentId, { reason: 'lost', actor: 'registry' });
    expect(await registerAgent(database, agent, by)).toMatchObject({
      what: 'returned',
      incarnation: 1,
      agent: { state: 'idle', draining: false },
    });
    expect(await stepsOf(agent.agentId)).toEqual(
      expect.arrayContaining([
        ['idle', 'terminated', 'lost'],
        ['terminated', 'initializing', 'returned'],
        ['initializing', 'idle', 'returned'],
      ]),
    );
    await terminateAgent(database, agent.agentId, { reason: 'removed', actor: 'user:admin' });
    await expect(registerAgent(database, agent, by)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });

  test('MAX_AGENTS holds, however many come at once, and counts no namesake', async () => {
    const other = await testDatabase();
    const small = new Database({ url: other.url, name: 'agents-limit' });
    try {
      const agents = Array.from({ length: 6 }, (_, n) => agentNamed(`limit-${n}`));
      const limit = { actor: 'registry', maxAgents: 3 };
      const ends = await Promise.allSettled(agents.map((agent) => registerAgent(small, agent, limit)));
      const refused = ends.filter((end) => end.status === 'rejected').map((end): unknown => end.reason);
      expect(refused).toHaveLength(3);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'AGENT_LIMIT_REACHED' });
      const [present] = await loadPresentAgents(small);
      await expect(registerAgent(small, agentNamed(present?.name ?? ''), limit)).resolves.toMatchObject({
        incarnation: 2,
      });
    } finally {
      await small.close();
      await other.close();
    }
  });
});

describe('load', () => {
  test('an idle agent with work is running, without a transition', async () => {
    const agent = agentNamed('busy');
    await registerAgent(database, agent, by);
    expect(await saveAgentLoads(database, [load(agent.agentId, { inFlight: 3, draining: true })])).toEqual([]);
    expect(await getAgent(database, agent.agentId)).toMatchObject({ state: 'running', inFlight: 3 });
    const items = await listAgents(
      database,
      { state: 'running', capability: search.name, tags: ['fast'] },
      { limit: 9 },
    );
    expect(items.map((one) => one.id)).toContain(agent.agentId);
    expect(await stepsOf(agent.agentId)).toHaveLength(3);
  });

  test('tells which agents are not present', async () => {
    const [here, gone] = [agentNamed('here'), agentNamed('gone')];
    await registerAgent(database, here, by);
    await registerAgent(database, gone, by);
    await terminateAgent(database, gone.agentId, { reason: 'lost', actor: 'registry' });
    const never = newId();
    const missing = await saveAgentLoads(database, [load(here.agentId), load(gone.agentId), load(never)]);
    expect(missing.sort()).toEqual([gone.agentId, never].sort());
  });

  test('two registries save the same agents at once without a deadlock', async () => {
    const agents = Array.from({ length: 40 }, (_, n) => agentNamed(`both-${n}`));
    for (const agent of agents) await registerAgent(database, agent, by);
    const loads = agents.map((agent) => load(agent.agentId));
    const rounds = Array.from({ length: 20 }, () => [
      saveAgentLoads(database, loads),
      saveAgentLoads(database, [...loads].reverse()),
    ]);
    await expect(Promise.all(rounds.flat())).resolves.toHaveLength(40);
  });
});

describe('end', () => {
  test('ends once; silence is judged by the database', async () => {
    const agent = agentNamed('ends');
    await registerAgent(database, agent, by);
    const lost = { reason: 'lost', actor: 'registry', silentForMs: 60_000 } as const;
    expect(await terminateAgent(database, agent.agentId, lost)).toBe(false);
    await database.run(statement('', `update agents set last_heartbeat_at = now() - interval '2 min' where id = $1`), [
      agent.agentId,
    ]);
    const both = [terminateAgent(database, agent.agentId, lost), terminateAgent(database, agent.agentId, lost)];
    expect((await Promise.all(both)).sort()).toEqual([false, true]);
    expect(await stepsOf(agent.agentId)).toHaveLength(4);
  });

  test('what was created but never came ends', async () => {
    const id = newId();
    const created = { id, name: 'asked-for', family: 'research', host: 'here', tags: [], concurrency: 4 };
    await insertCreatedAgent(database, created, { ...by, actor: 'user:admin' });
    await expect(insertCreatedAgent(database, { ...created, id: newId() }, by)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });
    expect(await endUnstartedAgents(database, 60_000, 'registry')).toEqual([]);
    expect((await loadPresentAgents(database)).map((one) => one.agentId)).not.toContain(id);
    expect(await endUnstartedAgents(database, 0, 'registry')).toEqual([id]);
    expect(await registerAgent(database, agentNamed('asked-for', { agentId: id }), by)).toMatchObject({
      what: 'returned',
    });
  });

  test('pauses and goes on by legal steps; a move from another state changes nothing', async () => {
    const agent = agentNamed('pauses');
    await registerAgent(database, agent, by);
    const why = { actor: `agent:${agent.agentId}`, reason: 'said so' };
    expect(await moveAgent(database, agent.agentId, { from: 'idle', to: 'paused' }, why)).toBe(true);
    expect(await moveAgent(database, agent.agentId, { from: 'idle', to: 'error' }, why)).toBe(false);
    expect(await moveAgent(database, agent.agentId, { from: 'paused', to: 'created' }, why)).toBe(false);
    expect(await getAgent(database, agent.agentId)).toMatchObject({ state: 'paused' });
  });

  test('I2 the numbers of the audit have no gap and agree with the row', async () => {
    const rows = await database.run(
      statement(
        '',
        `select a.id from agents a left join audit h on h.subject = 'agent' and h.subject_id = a.id
          group by a.id having a.seq <> count(h.*) or a.seq <> max(h.seq) or min(h.seq) <> 1`,
      ),
    );
    expect(rows).toEqual([]);
  });
});

test('lists page by page, newest first', async () => {
  const first = await listAgents(database, { present: true }, { limit: 5 });
  expect(first).toHaveLength(5);
  const second = await listAgents(database, { present: true }, { limit: 5, before: first.at(-1)?.id });
  const ids = [...first, ...second].map((one) => one.id);
  expect(ids).toEqual([...new Set(ids)].sort().reverse());
});

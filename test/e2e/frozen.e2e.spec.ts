import { eventually } from '@baton/testing';
import { type ApiClient, type HistoryItem } from './api-client';
import { MeshUnderTest } from './mesh-under-test';
import { SteadyLoad } from './steady-load';

/** A process that stops and goes on later believes that no time has passed: the mesh must not believe it. */
const TAKEN_OVER_WITHIN_MS = 10_000;
const work = (index: number): object => ({ capability: 'probe.sleep', input: { ms: 10 + (index % 5) * 10 } });

interface AgentSummary {
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  readonly state: string;
}

interface StaleResult {
  readonly subjectId: string;
  readonly to: string;
  readonly agentId: string | null;
}

let under: MeshUnderTest;
const frozen = new Set<number>();

beforeAll(async () => {
  const environment = { LOG_LEVEL: 'info', BATON_HEARTBEAT_SECONDS: '0.5', BATON_LOST_AFTER_SECONDS: '2' };
  under = await MeshUnderTest.start({ orchestrators: 2, environment });
}, 180_000);
afterAll(async () => {
  for (const pid of frozen) thaw(pid);
  await under.stop();
}, 60_000);

function freeze(pid: number): void {
  frozen.add(pid);
  process.kill(pid, 'SIGSTOP');
}

function thaw(pid: number): void {
  frozen.delete(pid);
  process.kill(pid, 'SIGCONT');
}

async function histories(client: ApiClient, ids: readonly string[]): Promise<HistoryItem[][]> {
  const all: HistoryItem[][] = [];
  for (let first = 0; first < ids.length; first += 25) {
    all.push(...(await Promise.all(ids.slice(first, first + 25).map((id) => client.history(id)))));
  }
  return all;
}

async function expectAllDoneOnce(client: ApiClient, ids: readonly string[]): Promise<void> {
  const tasks = await client.ended(ids, 60_000);
  expect(tasks.filter((task) => task.state !== 'completed')).toEqual([]);
  for (const history of await histories(client, ids))
    expect(history.filter((item) => item.to === 'completed')).toHaveLength(1);
  await under.expectInvariants();
}

test('the brain stops: another takes over, and the first writes nothing when it goes on', async () => {
  const brain = await eventually(() => under.brain(), { timeoutMs: 20_000 });
  const other = under.client(1 - brain);
  const pid = under.pid(under.mesh.orchestrators[brain]?.name as string);
  const load = SteadyLoad.start('brain', () => other, work);
  await load.flows(50);
  freeze(pid);
  const frozenAt = performance.now();
  await eventually(() => under.brainAt(1 - brain), { timeoutMs: TAKEN_OVER_WITHIN_MS, everyMs: 20 });
  const [afterwards] = await other.submitMany(1, work);
  await other.ended([afterwards as string], 30_000);
  process.stderr.write(`work goes on ${Math.round(performance.now() - frozenAt)} ms after the brain stopped\n`);
  thaw(pid);
  await load.flows(50);
  const standby = async (): Promise<void> => {
    expect(await under.brainAt(brain)).toBe(false);
    expect(await under.brainAt(1 - brain)).toBe(true);
  };
  await eventually(standby, { timeoutMs: 10_000 });
  await expectAllDoneOnce(other, await load.stop());
  await standby();
  expect(under.pid(under.mesh.orchestrators[brain]?.name as string)).toBe(pid);
  // As a standby it is a door like any other.
  const [through] = await under.client(brain).submitMany(1, work);
  await under.client(brain).ended([through as string], 30_000);
}, 120_000);

test('an agent stops: its tasks move, and what it says later changes nothing', async () => {
  const client = under.client();
  const agents = async (): Promise<AgentSummary[]> =>
    (await client.get<{ items: AgentSummary[] }>('/api/agents?family=probe')).body.items;
  const holder = async (id: string): Promise<string | null> =>
    (await client.get<{ agentId: string | null }>(`/api/tasks/${id}`)).body.agentId;
  const pid = under.pid('probe-1');
  const agent = await eventually(async () => (await agents()).find((one) => one.pid === pid) ?? false);
  const { id: agentId } = agent as AgentSummary;

  // Long enough to be in its hands when it stops, short enough to end while it is thawing.
  const ids = await client.submitMany(16, () => ({ capability: 'probe.sleep', input: { ms: 1500 } }));
  const held = await eventually(
    async () => {
      const holders = await Promise.all(ids.map(holder));
      const mine = ids.filter((_, index) => holders[index] === agentId);
      return mine.length > 0 && mine;
    },
    { everyMs: 10 },
  );
  freeze(pid);
  await eventually(
    async () => {
      for (const id of held as string[]) expect((await client.task(id)).attempt).toBeGreaterThan(1);
    },
    { timeoutMs: 20_000 },
  );
  await client.ended(ids, 60_000);
  thaw(pid);

  const late = async (): Promise<void> => {
    const { body } = await client.get<{ items: StaleResult[] }>('/api/audit?subject=result&limit=500');
    const stale = body.items.filter((item) => item.to === 'stale' && item.agentId === agentId);
    expect(stale.map((item) => item.subjectId)).toEqual(expect.arrayContaining(held as string[]));
  };
  await eventually(late);

  // Usable again under its own name: the same process registered anew, or one that replaced it.
  const back = async (): Promise<void> => {
    const usable = (await agents()).filter((one) => one.name === 'probe-1' && ['idle', 'running'].includes(one.state));
    expect(usable).toHaveLength(1);
    expect(usable[0]?.pid).toBe(under.pid('probe-1'));
  };
  await eventually(back, { timeoutMs: 20_000 });
  const load = await client.submitMany(100, work);
  await expectAllDoneOnce(client, [...ids, ...load]);
  const workers = new Set(await Promise.all(load.map(holder)));
  expect(workers.size).toBe(2);
}, 120_000);

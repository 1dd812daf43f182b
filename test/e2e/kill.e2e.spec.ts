import { eventually } from '@baton/testing';
import { type ApiClient, type HistoryItem } from './api-client';
import { MeshUnderTest } from './mesh-under-test';

/** kill -9 of any process under load: nothing accepted is lost, nothing ends twice (I1-I4). */
const TASKS = 500;
const work = (index: number): object => ({ capability: 'probe.sleep', input: { ms: 20 + (index % 5) * 10 } });

let under: MeshUnderTest;

beforeAll(async () => {
  under = await MeshUnderTest.start({ orchestrators: 2 });
}, 180_000);
afterAll(() => under.stop(), 60_000);

/** Resolves when the load is in full swing: some tasks have ended, most have not. */
async function inFullSwing(client: ApiClient, ids: readonly string[]): Promise<void> {
  await eventually(async () => (await client.task(ids[20] as string)).state === 'completed', {
    timeoutMs: 30_000,
    everyMs: 5,
  });
}

async function histories(client: ApiClient, ids: readonly string[]): Promise<HistoryItem[][]> {
  const all: HistoryItem[][] = [];
  for (let first = 0; first < ids.length; first += 25) {
    all.push(...(await Promise.all(ids.slice(first, first + 25).map((id) => client.history(id)))));
  }
  return all;
}

async function expectAllDoneOnce(client: ApiClient, ids: readonly string[]): Promise<HistoryItem[][]> {
  const tasks = await client.ended(ids);
  expect(tasks.filter((task) => task.state !== 'completed')).toEqual([]);
  const all = await histories(client, ids);
  for (const history of all) expect(history.filter((item) => item.to === 'completed')).toHaveLength(1);
  await under.expectInvariants();
  return all;
}

const reassigned = (history: readonly HistoryItem[]): boolean =>
  history.some((item) => item.to === 'queued' && item.from !== null && (item.reason ?? '').startsWith('reassign'));

test('an agent dies: its tasks go to others, and it is replaced', async () => {
  const client = under.client();
  const before = under.pid('probe-1');
  const ids = await client.submitMany(TASKS, work);
  await inFullSwing(client, ids);
  await under.mesh.kill('probe-1');
  const all = await expectAllDoneOnce(client, ids);
  const moved = all.filter(reassigned);
  expect(moved.length).toBeGreaterThan(0);
  for (const history of moved) {
    const assigned = history.filter((item) => item.to === 'assigned');
    expect(assigned.length).toBeGreaterThan(1);
  }
  await eventually(() => under.pid('probe-1') !== before, { timeoutMs: 20_000 });
  await eventually(
    async () => {
      const { body } = await client.get<{ items: { name: string; pid: number; state: string }[] }>(
        '/api/agents?family=probe',
      );
      return body.items.some(
        (agent) => agent.name === 'probe-1' && agent.pid === under.pid('probe-1') && agent.state !== 'error',
      );
    },
    { timeoutMs: 20_000 },
  );
}, 150_000);

test('the registry dies: work goes on, and it comes back', async () => {
  const client = under.client();
  const before = under.pid('registry');
  const ids = await client.submitMany(TASKS, work);
  await inFullSwing(client, ids);
  await under.mesh.kill('registry');
  await expectAllDoneOnce(client, ids);
  await eventually(() => under.pid('registry') !== before, { timeoutMs: 20_000 });
}, 150_000);

test('the host dies: its agents finish or hand back what they have, and new ones take over', async () => {
  const client = under.client();
  const agents = under.mesh.processes.filter(({ name }) => name.startsWith('probe-')).map(({ pid }) => pid);
  const ids = await client.submitMany(TASKS, work);
  await inFullSwing(client, ids);
  await under.mesh.kill('host');
  await expectAllDoneOnce(client, ids);
  await eventually(
    () => {
      const now = under.mesh.processes.filter(({ name }) => name.startsWith('probe-')).map(({ pid }) => pid);
      return now.length === 2 && now.every((pid) => !agents.includes(pid));
    },
    { timeoutMs: 30_000 },
  );
  await eventually(() => agents.every((pid) => !isAlive(pid)), { timeoutMs: 30_000 });
}, 150_000);

test('the brain dies: another orchestrator goes on with what was under way', async () => {
  const brain = await eventually(() => under.brain(), { timeoutMs: 20_000 });
  const other = under.client(1 - brain);
  const ids = await other.submitMany(TASKS, work);
  await inFullSwing(other, ids);
  await under.mesh.kill(under.mesh.orchestrators[brain]?.name as string);
  const killedAt = Date.now();
  // The other one, or the one that was started again: whoever asks first when the lease has run out.
  await eventually(() => under.brain(), { timeoutMs: 20_000 });
  expect(Date.now() - killedAt).toBeLessThan(15_000);
  await expectAllDoneOnce(other, ids);
}, 150_000);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { type Agent, type Workflow } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { AgentProcess, type AgentProgram } from './agents/agent-process';
import { emptyText, families, type Family, programOf } from './agents/programs';
import { type ApiClient, type TaskSummary } from './api-client';
import { MeshUnderTest } from './mesh-under-test';

/** Agents in other languages, as the examples have them, do all that an agent of the SDK does. */
const slowly = { timeoutMs: 30_000, everyMs: 20 };

let under: MeshUnderTest;
let client: ApiClient;
const started: AgentProcess[] = [];

beforeAll(async () => {
  under = await MeshUnderTest.start({ deployment: false });
  client = under.client();
}, 240_000);
afterEach(() => Promise.all(started.splice(0).map((agent) => agent.end('SIGTERM'))), 30_000);
afterAll(() => under?.stop(), 60_000);

async function start(program: AgentProgram, name: string): Promise<AgentProcess> {
  const agent = AgentProcess.start(program, {
    MESSAGE_QUEUE_URL: under.mesh.services.messageQueueUrl,
    BATON_AGENT_NAME: name,
  });
  started.push(agent);
  await eventually(() => agent.registered(), slowly);
  return agent;
}

async function agents(family: Family): Promise<Agent[]> {
  return (await client.get<{ items: Agent[] }>(`/api/agents?family=${family}`)).body.items;
}

async function submit(task: object): Promise<string> {
  const { status, body } = await client.call<{ id: string }>('POST', '/api/tasks', task);
  expect([status, body]).toEqual([201, expect.anything()]);
  return body.id;
}

const running = (id: string): Promise<TaskSummary & { progress: number; agentId: string }> =>
  eventually(async () => {
    const { body } = await client.get<TaskSummary & { progress: number; agentId: string }>(`/api/tasks/${id}`);
    expect(body.state).toBe('running');
    return body;
  }, slowly);

interface Auctioned {
  readonly output: unknown;
  readonly winner: { readonly agent: { readonly name: string } };
  readonly bids: readonly { readonly agent: { readonly name: string }; readonly seconds: number }[];
  readonly calls: number;
}

/**
 * Resolves when the task has been awarded, with a way to what comes of it. The window stays open for much longer than
 * anybody waits here: only an auction that all have answered is decided in time.
 */
async function auction(capability: string, input: object): Promise<() => Promise<Auctioned>> {
  const definition = { name: 'auction', pattern: 'auction', capability, input, windowSeconds: 3600 };
  const { status, body } = await client.call<Workflow>('POST', '/api/workflows', { definition, start: true });
  expect([status, body]).toEqual([201, expect.anything()]);
  const look = async (): Promise<Workflow> => (await client.get<Workflow>(`/api/workflows/${body.id}`)).body;
  await eventually(async () => expect((await look()).steps.map(({ id }) => id)).toContain('auction[0]'), slowly);
  return () =>
    eventually(async () => {
      const run = await look();
      expect(run).toMatchObject({ state: 'completed', error: null });
      return run.output as unknown as Auctioned;
    }, slowly);
}

const nameOf = ({ agent }: { readonly agent: { readonly name: string } }): string => agent.name;

async function expectOneEnd(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const ends = (await client.history(id)).filter((entry) => entry.to === 'completed');
    expect(ends).toHaveLength(1);
  }
  await under.expectInvariants();
}

describe.each(families)('%s', (family) => {
  const count = (text: string): object => ({ capability: `${family}.count`, input: { text } });
  const wait = (steps: number): object => ({ capability: `${family}.wait`, input: { steps } });
  let program: AgentProgram;
  beforeAll(async () => {
    program = await programOf(family);
  }, 120_000);

  test('registers with what it can do, works, and says farewell when it is told to end', async () => {
    const agent = await start(program, `${family}-a`);
    const [seen, ...others] = await agents(family);
    expect(others).toEqual([]);
    expect(seen).toMatchObject({ id: agent.registered().agentId, name: `${family}-a`, state: 'idle', concurrency: 4 });
    expect(seen?.capabilities.map(({ name }) => name)).toEqual([`${family}.count`, `${family}.wait`]);

    await eventually(() => submit(count('the door knows the capability a moment later')));
    const ids = await client.submitMany(300, (index) =>
      count(
        Array(index + 1)
          .fill('a')
          .join(' \n'),
      ),
    );
    const tasks = await client.ended(ids);
    expect(tasks.map(({ state }) => state)).toEqual(ids.map(() => 'completed'));
    expect((await client.task(ids[41] as string)).output).toMatchObject({ [family]: 42 });
    await expectOneEnd(ids.slice(0, 10));

    expect(await agent.end('SIGTERM')).toBe(0);
    await eventually(async () => expect(await agents(family)).toEqual([]));
    const { body } = await client.get<{ items: Agent[] }>(`/api/agents?family=${family}&present=false`);
    expect(body.items.map(({ id }) => id)).toContain(agent.registered().agentId);
  }, 120_000);

  test('an auction among three is awarded as soon as all have answered, also when one has no place', async () => {
    const names = ['x', 'y', 'z'].map((last) => `${family}-${last}`);
    const [busy] = await Promise.all(names.map((name) => start(program, name)));
    await eventually(async () => expect(await agents(family)).toHaveLength(3), slowly);
    const first = await (await auction(`${family}.count`, { text: 'going once' }))();
    expect(first).toMatchObject({ output: { [family]: expect.any(Number) }, calls: 1 });
    expect(first.bids.map(nameOf).sort()).toEqual(names);

    const agentId = busy?.registered().agentId;
    const held = await client.submitMany(4, () => ({ ...wait(2000), agentId }));
    await Promise.all(held.map(running));
    const decided = await auction(`${family}.count`, { text: 'going twice' });
    // Whoever got it: who is busy cannot know how long that will be, and may have the better name.
    for (const id of held) await client.call('POST', `/api/tasks/${id}/cancel`);
    const second = await decided();
    expect(second.calls).toBe(1);
    expect(second.bids.map(nameOf).filter((name) => name !== names[0])).toHaveLength(2);
    // Who is busy says no, or how long it would have to be waited for.
    expect(second.bids.map(nameOf).includes(`${family}-x`)).toBe(family === 'words');
    await under.expectInvariants();
  }, 90_000);

  test('failures: its own code is final, and time that is up', async () => {
    await start(program, `${family}-b`);
    const meant = await submit(count(''));
    const late = await submit({ ...wait(10_000), timeoutSeconds: 1, maxRetries: 0 });
    const [first] = await client.ended([meant]);
    expect(first).toMatchObject({ state: 'failed', attempt: 1, error: { code: emptyText[family] } });
    const [second] = await client.ended([late]);
    expect(second).toMatchObject({ state: 'failed', error: { code: 'TASK_TIMEOUT' } });
  }, 60_000);

  test('progress shows, and a cancel reaches it: its places are free for others', async () => {
    await start(program, `${family}-c`);
    const ids = await client.submitMany(8, () => wait(2000)); // 100 s each: four have a place
    await eventually(async () => {
      const all = await Promise.all(
        ids.map((id) => client.get<{ progress: number; state: string }>(`/api/tasks/${id}`)),
      );
      expect(all.map(({ body }) => body.state).sort()).toEqual([
        ...Array(4).fill('queued'),
        ...Array(4).fill('running'),
      ]);
      const told = all.map(({ body }) => body.progress).filter((progress) => progress > 0 && progress < 100);
      expect(told).toHaveLength(4);
    }, slowly);
    for (const id of ids) expect((await client.call('POST', `/api/tasks/${id}/cancel`)).status).toBe(202);
    const [done] = await client.ended([await submit(count('at once'))], 10_000);
    expect(done?.state).toBe('completed');
    await eventually(async () => expect((await agents(family))[0]).toMatchObject({ inFlight: 0 }), slowly);
  }, 90_000);

  test('killed in the middle: its task is done by the next, which has its name and a higher incarnation', async () => {
    const first = await start(program, `${family}-d`);
    const id = await submit(wait(40));
    expect((await running(id)).agentId).toBe(first.registered().agentId);
    await first.end('SIGKILL');
    const second = await start(program, `${family}-d`);
    const [done] = await client.ended([id]);
    expect(done).toMatchObject({ state: 'completed', attempt: 2, output: { waited: 40 } });
    const present = await agents(family);
    expect(present).toMatchObject([{ id: second.registered().agentId, name: `${family}-d`, incarnation: 2 }]);
    await expectOneEnd([id]);
  }, 60_000);

  test('the broker is killed: work goes on without it, results arrive once when it is back', async () => {
    const agent = await start(program, `${family}-e`);
    const { broker } = under.mesh.services;
    if (!broker) throw new Error('the mesh has no broker of its own');
    const ids = await client.submitMany(4, () => wait(60));
    await Promise.all(ids.map(running));
    await broker.kill();
    await broker.start();
    await eventually(() => agent.registered(2), { timeoutMs: 40_000 });
    const done = await client.ended(ids);
    // The first attempt of each went on without the broker: nothing was begun anew.
    expect(done.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(ids.map(() => 'completed 1'));
    const [after] = await client.ended([await submit(count('and on'))]);
    expect(after?.state).toBe('completed');
    expect(agent.hasEnded).toBe(false);
    await expectOneEnd(ids);
  }, 120_000);
});

import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { MeshClient } from '@baton/agent-sdk';
import { eventually } from '@baton/testing';
import { Webhook } from 'standardwebhooks';
import { EventFollower } from './event-follower';
import { MeshUnderTest } from './mesh-under-test';

/** Whoever follows a workflow - by stream, on the bus, by webhook - misses nothing while brain and door are killed. */
let under: MeshUnderTest;
beforeAll(async () => {
  under = await MeshUnderTest.start({ orchestrators: 2 });
}, 240_000);
afterAll(() => under?.stop(), 60_000);

interface Told {
  readonly type: string;
  readonly data: { readonly stepId: string | null; readonly sequence: number };
}

const COUNT = 60;
const definition = {
  name: 'followed',
  steps: [
    { id: 'each', capability: 'probe.sleep', forEach: 'input.items', concurrency: 4, input: { ms: 60 } },
    { id: 'wait', wait: { seconds: 0.2 }, needs: ['each'] },
    { id: 'last', capability: 'probe.echo', needs: ['wait'], input: { n: 1 } },
  ],
};
const expected = ['last', 'wait', 'each', ...Array.from({ length: COUNT }, (_, index) => `each[${index}]`)].sort();

async function receiver() {
  const got: { headers: Record<string, string>; body: string }[] = [];
  const refused = new Set<unknown>();
  let asked = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      // It is not always well; what it refuses it takes the next time.
      const id = request.headers['webhook-id'];
      const isWell = asked % 10 !== 5 || refused.has(id);
      if (!isWell) refused.add(id);
      if (isWell)
        got.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      response.writeHead(isWell ? 204 : 503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

test('the brain and its door are killed in the middle', async () => {
  const brain = await eventually(() => under.brain(), { timeoutMs: 20_000 });
  const other = under.client(1 - brain);
  const hook = await receiver();
  const url = under.mesh.services.messageQueueUrl;
  const client = await MeshClient.connect({ url, name: 'watcher', token: () => under.mesh.token() });
  const doors = [brain, 1 - brain].map((index) => under.mesh.orchestrators[index]?.api as string);
  try {
    const registered = await other.call<{ id: string; secret: string }>('POST', '/api/webhooks', {
      url: hook.url,
      events: ['workflow.step.completed', 'workflow.completed'],
    });
    expect(registered.status).toBe(201);
    const items = Array.from({ length: COUNT }, (_, index) => index);
    const created = await other.call<{ id: string }>('POST', '/api/workflows', { definition, input: { items } });
    const { id } = created.body;
    const follower = new EventFollower(doors, `?workflowId=${id}&lastEventId=0`, () => under.mesh.token());
    const steps: string[] = [];
    const percents: number[] = [];
    const watch = await client.watchWorkflow(id, {
      onStep: ({ stepId, state }) => void (state === 'completed' && steps.push(stepId)),
      onProgress: ({ percent }) => void percents.push(percent),
    });
    await other.call('POST', `/api/workflows/${id}/start`, {});
    await eventually(() => expect(steps.length).toBeGreaterThan(10), { timeoutMs: 30_000 });
    await under.mesh.kill(under.mesh.orchestrators[brain]?.name as string);

    const ended = await watch.ended;
    expect(ended).toMatchObject({ state: 'completed', progress: { percent: 100 } });
    expect([...steps].sort()).toEqual(expected);
    expect(percents).toEqual([...percents].sort((one, another) => one - another));
    expect(percents.at(-1)).toBe(100);

    await eventually(() => expect(follower.events.map(({ type }) => type)).toContain('workflow.completed'), {
      timeoutMs: 20_000,
    });
    await follower.hangUp();
    expect(follower.connections).toBeGreaterThan(1);
    const numbered = follower.events.flatMap((event) => event.id ?? []);
    expect(numbered).toEqual([...new Set(numbered)].sort((one, another) => one - another));
    const followed = follower.events.filter(({ type }) => type === 'workflow.step.completed');
    expect(followed.map(({ data }) => data.stepId).sort()).toEqual(expected);
    expect(follower.events.some(({ type }) => type === 'workflow.progress')).toBe(true);

    await eventually(
      () => {
        const told = hook.got.map(({ body }) => JSON.parse(body) as Told);
        expect(told.map(({ type }) => type)).toContain('workflow.completed');
        expect([...new Set(told.flatMap(({ data }) => data.stepId ?? []))].sort()).toEqual(expected);
      },
      { timeoutMs: 60_000 },
    );
    for (const { headers, body } of hook.got) new Webhook(registered.body.secret).verify(body, headers);
    await under.expectInvariants();
  } finally {
    await client.close();
    hook.close();
  }
}, 180_000);

import { eventually } from '@baton/testing';
import { echo, type SpecDoor, specDoor } from '../../test/spec-door';

interface Seen {
  readonly id: number;
  readonly data: { readonly type: string; readonly id: string; readonly code?: string };
}

/** A client of the stream that keeps what it has seen. */
class Client {
  readonly seen: Seen[] = [];
  started = false;
  ended = false;
  readonly done: Promise<void>;
  private readonly gone = new AbortController();
  private rest = '';

  constructor(door: SpecDoor, query = '', lastEventId?: number) {
    const headers: Record<string, string> = { ...door.bearer };
    if (lastEventId !== undefined) headers['last-event-id'] = String(lastEventId);
    this.done = this.read(`${door.url}/api/events${query}`, headers);
  }

  hangUp(): Promise<void> {
    this.gone.abort();
    return this.done;
  }

  private async read(url: string, headers: Record<string, string>): Promise<void> {
    try {
      const response = await fetch(url, { headers, signal: this.gone.signal });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) this.take(decoder.decode(chunk as Uint8Array, { stream: true }));
      this.ended = true;
    } catch (error) {
      if (!this.gone.signal.aborted) throw error;
    }
  }

  private take(text: string): void {
    this.started = true;
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (id !== undefined && data !== undefined) this.seen.push({ id: Number(id), data: JSON.parse(data) });
    }
  }
}

describe('events', () => {
  const door = specDoor();
  let other: SpecDoor;
  beforeAll(async () => {
    other = await door.another();
  });

  async function follow(at: SpecDoor, query = '', lastEventId?: number): Promise<Client> {
    const client = new Client(at, query, lastEventId);
    await eventually(() => expect(client.started).toBe(true));
    return client;
  }
  const submit = async (count = 1): Promise<string[]> => {
    const tasks = Array.from({ length: count }, () => echo());
    const { items } = (await door.post('/api/tasks/batch', { tasks })).json<{ items: { id: string }[] }>();
    return items.map((item) => item.id);
  };
  const idsOf = (client: Client) => client.seen.map((event) => event.data.id);

  test('a transition reaches followers of this door and of another', async () => {
    const [here, there] = [await follow(door), await follow(other)];
    const [id] = await submit();
    await eventually(() => expect(idsOf(here)).toEqual([id]));
    await eventually(() => expect(there.seen).toEqual(here.seen));
    expect(here.seen[0]?.data).toMatchObject({
      type: 'task.queued',
      subject: 'task',
      from: null,
      to: 'queued',
      attempt: 0,
    });
    await Promise.all([here.hangUp(), there.hangUp()]);
  });

  test('Last-Event-ID goes on without a gap or a repetition, at another door, in the middle of a transaction', async () => {
    const whole = await follow(door);
    await submit(1000);
    await submit(3);
    await eventually(() => expect(whole.seen).toHaveLength(1003));
    for (const index of [0, 700, 999, 1000]) {
      const again = await follow(other, '', whole.seen[index]?.id);
      await eventually(() => expect(again.seen).toEqual(whole.seen.slice(index + 1)));
      await again.hangUp();
    }
    const numbers = whole.seen.map((event) => event.id);
    expect(new Set(numbers).size).toBe(1003);
    expect(numbers).toEqual([...numbers].sort((one, two) => one - two));
    await whole.hangUp();
  });

  test('filters by type, task and workflow', async () => {
    const [id = '', next = ''] = await submit(2);
    const start = await door.get('/api/audit?limit=1');
    expect(start.statusCode).toBe(200);
    const ofTask = await follow(door, `?taskId=${id}&lastEventId=0`);
    const canceled = await follow(door, '?types=task.canceled,workflow.*&lastEventId=0');
    await door.post(`/api/tasks/${id}/cancel`);
    const definition = { name: 'filtered', steps: [{ id: 'one', capability: 'probe.echo' }] };
    const workflow = (await door.post('/api/workflows', { definition })).json<{ id: string }>();
    const ofWorkflow = await follow(door, `?workflowId=${workflow.id}&lastEventId=0`);
    await eventually(() =>
      expect(ofTask.seen.map((event) => event.data.type)).toEqual(['task.queued', 'task.canceled']),
    );
    await eventually(() => expect(idsOf(canceled)).toEqual([id, workflow.id]));
    await eventually(() => expect(ofWorkflow.seen.map((event) => event.data.type)).toEqual(['workflow.created']));
    expect(idsOf(ofTask)).not.toContain(next);
    await Promise.all([ofTask.hangUp(), canceled.hangUp(), ofWorkflow.hangUp()]);
  });

  test('a client that reads slowly gets everything all the same, and the others are not held up', async () => {
    const quick = await follow(door);
    const response = await fetch(`${door.url}/api/events`, { headers: door.bearer });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(...(await submit(1000)));
    await eventually(() => expect(quick.seen).toHaveLength(12_000), { timeoutMs: 20_000 });
    let text = '';
    const decoder = new TextDecoder();
    while ((text.match(/^data: /gm)?.length ?? 0) < 12_000) {
      const { value, done } = await reader.read();
      expect(done).toBe(false);
      text += decoder.decode(value, { stream: true });
    }
    const got = [...text.matchAll(/"id":"([0-9a-f-]+)"/g)].map((match) => match[1]);
    expect(got).toEqual(idsOf(quick));
    expect(new Set(got)).toEqual(new Set(ids));
    await reader.cancel();
    await quick.hangUp();
  });

  test('a cut connection to the database is not the end: followers go on when it is back', async () => {
    const client = await follow(door);
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'api-spec' and pid <> pg_backend_pid()`;
    await other.database.run({ name: 'spec-cut', text: cut });
    const id = await eventually(async () => {
      const response = await door.post('/api/tasks', echo());
      expect(response.statusCode).toBe(201);
      return response.json<{ id: string }>().id;
    });
    await eventually(() => expect(idsOf(client)).toContain(id));
    await client.hangUp();
  });

  test('a door that stops says so and where to go on', async () => {
    const third = await door.another();
    const client = await follow(third);
    const [id] = await submit();
    await eventually(() => expect(idsOf(client)).toEqual([id]));
    await third.close();
    await client.done;
    expect(client.ended).toBe(true);
    const last = client.seen.at(-1);
    expect(last?.data).toMatchObject({ code: 'shutdown' });
    expect(last?.id).toBeGreaterThanOrEqual(client.seen[0]?.id ?? Infinity);
  });
});

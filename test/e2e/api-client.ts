import { eventually } from '@baton/testing';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}
export interface TaskSummary {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly output: unknown;
  readonly error: { readonly code: string } | null;
}
export interface HistoryItem {
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: string | null;
  readonly reason: string | null;
}

/** A user's view of one door: HTTP and nothing else. */
export class ApiClient {
  constructor(
    readonly api: string,
    private readonly token: () => Promise<string>,
  ) {}

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...content,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : null) as Body };
  }

  get<Body>(path: string): Promise<Answer<Body>> {
    return this.call<Body>('GET', path);
  }

  /** Submits `count` tasks in batches; resolves with the ids that were accepted. */
  async submitMany(count: number, task: (index: number) => object): Promise<string[]> {
    const ids: string[] = [];
    for (let first = 0; first < count; first += 100) {
      const tasks = Array.from({ length: Math.min(100, count - first) }, (_, index) => task(first + index));
      const answer = await this.call<{ items: { id: string }[] }>('POST', '/api/tasks/batch', { tasks });
      expect(answer.status).toBe(201);
      ids.push(...answer.body.items.map((item) => item.id));
    }
    return ids;
  }

  async task(id: string): Promise<TaskSummary> {
    return (await this.get<TaskSummary>(`/api/tasks/${id}`)).body;
  }

  async history(id: string): Promise<HistoryItem[]> {
    return (await this.get<{ items: HistoryItem[] }>(`/api/tasks/${id}/history`)).body.items;
  }

  /** Waits until all of them have ended; returns them. */
  async ended(ids: readonly string[], timeoutMs = 90_000): Promise<TaskSummary[]> {
    const found = new Map<string, TaskSummary>();
    const finals = ['completed', 'failed', 'canceled', 'rejected'];
    const look = async (): Promise<boolean> => {
      const open = ids.filter((id) => !found.has(id)).slice(0, 25);
      for (const task of await Promise.all(open.map((id) => this.task(id)))) {
        if (finals.includes(task.state)) found.set(task.id, task);
      }
      if (found.size === ids.length) return true;
      throw new Error(`${found.size} of ${ids.length} tasks have ended`);
    };
    await eventually(look, { timeoutMs, everyMs: 20 });
    return [...found.values()];
  }
}

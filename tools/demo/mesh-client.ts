import { type Agent, type JsonObject, type Problem, type Workflow } from '@baton/contracts';
import { SetupError } from '../services';

const answerMs = 30_000;

/** The few routes of the HTTP interface the demo needs. Refusals become errors that tell every faulty field. */
export class MeshClient {
  constructor(
    readonly api: string,
    private readonly token: () => Promise<string>,
  ) {}

  async request<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const token = await this.token();
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.timeout(answerMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new SetupError(`${method} ${path}: ${refusal(response.status, text)}`);
    return JSON.parse(text) as T;
  }

  /** Names of the capabilities that live agents offer now. */
  async capabilities(): Promise<Set<string>> {
    const { items } = await this.request<{ items: Agent[] }>('GET', '/api/agents?limit=100');
    const live = items.filter((agent) => agent.state === 'idle' || agent.state === 'running');
    return new Set(live.flatMap((agent) => agent.capabilities.map(({ name }) => name)));
  }

  startWorkflow(definition: { readonly name: string }, input: JsonObject): Promise<Workflow> {
    return this.request('POST', '/api/workflows', { name: definition.name, definition, input, start: true });
  }

  workflow(id: string): Promise<Workflow> {
    return this.request('GET', `/api/workflows/${id}`);
  }
}

function refusal(status: number, text: string): string {
  try {
    const { detail, code, errors = [] } = JSON.parse(text) as Problem;
    return [`${status} ${code}: ${detail}`, ...errors.map(({ path, message }) => `  ${path} ${message}`)].join('\n');
  } catch {
    return `${status} ${text.slice(0, 500)}`; // no problem document: whatever answered was not the mesh
  }
}

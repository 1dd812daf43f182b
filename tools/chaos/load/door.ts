import { type TaskSubmission } from '@baton/contracts';
import { type Credentials } from '../../mesh';

export interface DoorAnswer {
  /** 0 when nobody answered in time. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A way to submit tasks. */
export interface Entrance {
  /** Never rejects. */
  submit(task: TaskSubmission): Promise<DoorAnswer>;
}

const ANSWER_WITHIN_MS = 4000;
/** Tokens are renewed this long before they expire. */
const EARLY_MS = 60_000;
export const nobody: DoorAnswer = { status: 0, body: {} };

/** One door as a client sees it that has seen much: a door that hangs is given up, and tokens are its own. */
export class Door implements Entrance {
  private signedIn: Promise<string | undefined> | undefined;
  private renewAt = 0;

  constructor(
    readonly api: string,
    private readonly credentials: Credentials,
  ) {}

  /** Never rejects. A token the door does not take any more (its clock may have moved) is renewed once. */
  async call(method: 'GET' | 'POST', path: string, body?: object): Promise<DoorAnswer> {
    const first = await this.try(method, path, body);
    if (first.status !== 401) return first;
    this.forgetToken();
    return this.try(method, path, body);
  }

  submit(task: TaskSubmission): Promise<DoorAnswer> {
    return this.call('POST', '/api/tasks', task);
  }

  /** Undefined while the door gives none. */
  token(): Promise<string | undefined> {
    if (this.signedIn && performance.now() < this.renewAt) return this.signedIn;
    this.renewAt = Infinity;
    this.signedIn = this.send('POST', '/api/auth/token', { body: this.credentials, headers: {} }).then((answer) => {
      const { accessToken, expiresIn } = answer.body as { accessToken?: string; expiresIn?: number };
      this.renewAt = accessToken === undefined ? 0 : performance.now() + (expiresIn ?? 0) * 1000 - EARLY_MS;
      return accessToken;
    });
    return this.signedIn;
  }

  forgetToken(): void {
    this.signedIn = undefined;
  }

  private async try(method: 'GET' | 'POST', path: string, body?: object): Promise<DoorAnswer> {
    const token = await this.token();
    if (token === undefined) return nobody;
    return this.send(method, path, { body, headers: { authorization: `Bearer ${token}` } });
  }

  private async send(
    method: string,
    path: string,
    { body, headers }: { body?: object | undefined; headers: Record<string, string> },
  ): Promise<DoorAnswer> {
    const content = body && { body: JSON.stringify(body) };
    try {
      const response = await fetch(`${this.api}${path}`, {
        method,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...content,
      });
      const text = await response.text();
      return { status: response.status, body: JSON.parse(text || '{}') as DoorAnswer['body'] };
    } catch {
      return nobody; // refused, reset, cut off in the middle, or too late: to the sender all the same
    }
  }
}

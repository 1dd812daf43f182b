import { type Credentials } from '../../mesh';

export interface DoorAnswer {
  /** 0 when nobody answered in time. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ANSWER_WITHIN_MS = 4000;
/** Tokens are renewed this long before they expire. */
const EARLY_MS = 60_000;
const nobody: DoorAnswer = { status: 0, body: {} };

/** One door as a client sees it that has seen much: a door that hangs is given up, and tokens are its own. */
export class Door {
  private token: Promise<string | undefined> | undefined;
  private renewAt = 0;

  constructor(
    readonly api: string,
    private readonly credentials: Credentials,
  ) {}

  /** Never rejects. A token the door does not take any more (its clock may have moved) is renewed once. */
  async call(method: 'GET' | 'POST', path: string, body?: object): Promise<DoorAnswer> {
    const first = await this.try(method, path, body);
    if (first.status !== 401) return first;
    this.token = undefined;
    return this.try(method, path, body);
  }

  private async try(method: 'GET' | 'POST', path: string, body?: object): Promise<DoorAnswer> {
    const token = await this.signIn();
    if (token === undefined) return nobody;
    return this.send(method, path, { body, headers: { authorization: `Bearer ${token}` } });
  }

  private signIn(): Promise<string | undefined> {
    if (this.token && performance.now() < this.renewAt) return this.token;
    this.renewAt = Infinity;
    this.token = this.send('POST', '/api/auth/token', { body: this.credentials, headers: {} }).then((answer) => {
      const { accessToken, expiresIn } = answer.body as { accessToken?: string; expiresIn?: number };
      this.renewAt = accessToken === undefined ? 0 : performance.now() + (expiresIn ?? 0) * 1000 - EARLY_MS;
      return accessToken;
    });
    return this.token;
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

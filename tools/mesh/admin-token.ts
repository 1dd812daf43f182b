import { type Credentials } from './credentials';
import { SetupError } from '../services';

interface TokenAnswer {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
}

const EARLY_MS = 30_000;

/** Logs the administrator in and keeps the token until shortly before it expires. */
export class AdminToken {
  private token = '';
  private renewAt = 0;

  constructor(
    private readonly api: () => string,
    private readonly credentials: Credentials,
  ) {}

  async get(): Promise<string> {
    if (Date.now() < this.renewAt) return this.token;
    const response = await fetch(`${this.api()}/api/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(this.credentials),
    });
    if (!response.ok) {
      throw new SetupError(`The orchestrator refused the administrator (${response.status}): ${await response.text()}`);
    }
    const { accessToken, expiresIn } = (await response.json()) as TokenAnswer;
    this.token = accessToken;
    this.renewAt = Date.now() + Math.max(1_000, expiresIn * 1000 - EARLY_MS);
    return this.token;
  }
}

import { type AddressInfo } from 'node:net';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Database } from '@baton/persistence';
import { MeshControl } from '../src/api/system/mesh-control';
import { type BrainlessApi, openBrainlessApi, type RecordedControl } from './brainless-api';
import { Place } from './place';

const PASSWORD = 'correct horse battery staple';

export type SpecAnswer = Awaited<ReturnType<NestFastifyApplication['inject']>>;

/** A door of the spec file that calls this, on a place of its own: open before its tests, closed after them. */
export function specDoor(): SpecDoor {
  // The first start compiles much of Nest, on whatever machine this is.
  jest.setTimeout(60_000);
  let place: Place | undefined;
  const door = new SpecDoor();
  beforeAll(async () => {
    place = await Place.open();
    await door.open(place);
  });
  afterAll(async () => {
    await door.close();
    await place?.close();
  });
  return door;
}

/** The real API, on a real database and broker, as specs use it: signed in as admin. */
export class SpecDoor {
  private opened: { readonly place: Place; readonly api: BrainlessApi } | undefined;
  private token = '';
  private closing: Promise<void> | undefined;
  private readonly beside: SpecDoor[] = [];

  async open(place: Place): Promise<void> {
    this.opened = { place, api: await openBrainlessApi(place, PASSWORD) };
    this.token = (await this.signIn()).json<{ accessToken: string }>().accessToken;
  }

  /** Another door to the same mesh; it is closed with this one at the latest. */
  async another(): Promise<SpecDoor> {
    const door = new SpecDoor();
    this.beside.push(door);
    await door.open(this.parts.place);
    return door;
  }

  get app(): NestFastifyApplication {
    return this.parts.api.app;
  }

  get database(): Database {
    return this.parts.api.database;
  }

  get brokerUrl(): string {
    return this.parts.place.brokerUrl;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  get bearer(): { readonly authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  get shutdowns(): readonly string[] {
    return this.app.get<RecordedControl>(MeshControl).asked;
  }

  signIn(password = PASSWORD, username = 'admin'): Promise<SpecAnswer> {
    return this.withoutToken('POST', '/api/auth/token', { username, password });
  }

  withoutToken(method: 'GET' | 'POST', url: string, payload?: object): Promise<SpecAnswer> {
    return this.app.inject(payload === undefined ? { method, url } : { method, url, payload });
  }

  get(url: string, headers: Record<string, string> = {}): Promise<SpecAnswer> {
    return this.app.inject({ method: 'GET', url, headers: { ...this.bearer, ...headers } });
  }

  post(url: string, payload?: string | object, headers: Record<string, string> = {}): Promise<SpecAnswer> {
    const request = { method: 'POST', url, headers: { ...this.bearer, ...headers } } as const;
    return this.app.inject(payload === undefined ? request : { ...request, payload });
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeAll());
  }

  private async closeAll(): Promise<void> {
    for (const door of this.beside) await door.close();
    await this.opened?.api.close();
  }

  private get parts(): { readonly place: Place; readonly api: BrainlessApi } {
    if (this.opened === undefined) throw new Error('This door opens before the tests of its file, not earlier.');
    return this.opened;
  }
}

/** A task that fits. */
export function echo(more: object = {}): object {
  return { capability: 'probe.echo', input: { n: 1 }, ...more };
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Services, startServices } from '../../../services';
import { type Roles } from '../../stage/cpu-clock';
import { type Persistence, type Redis, redisVersion, startRedis } from './redis';

export interface ServersOptions {
  /** Which kinds of Redis are needed. */
  readonly redis: readonly Persistence[];
  /** A broker that runs: the peers need none, and none is started for them. */
  readonly messageQueueUrl: string;
  readonly progress: (line: string) => void;
}

/** What the peers keep their jobs in: a PostgreSQL set as Baton's own, and Redis. Gone with `close`. */
export class PeerServers {
  private databases = 0;

  private constructor(
    readonly folder: string,
    private readonly services: Services,
    private readonly redis: ReadonlyMap<Persistence, Redis>,
  ) {}

  static async open({ redis, messageQueueUrl, progress }: ServersOptions): Promise<PeerServers> {
    const folder = mkdtempSync(join(tmpdir(), 'baton-bench-peers-'));
    mkdirSync(join(folder, 'logs'));
    const services = await startServices({ dataDir: folder, messageQueueUrl, progress });
    const started = new Map<Persistence, Redis>();
    const servers = new PeerServers(folder, services, started);
    try {
      for (const kind of new Set(redis))
        started.set(kind, await startRedis(kind, { dataDir: folder, services, progress }));
      return servers;
    } catch (error) {
      await servers.close();
      throw error;
    }
  }

  /** An empty database. */
  async newDatabase(): Promise<string> {
    const name = `peer_${++this.databases}`;
    const admin = new Client({ connectionString: this.services.databaseUrl });
    await admin.connect();
    try {
      await admin.query(`create database ${name}`);
    } finally {
      await admin.end();
    }
    const url = new URL(this.services.databaseUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** 0 when this kind was not asked for. */
  redisPort(kind: Persistence): number {
    return this.redis.get(kind)?.port ?? 0;
  }

  /** The servers whose work is part of what a row costs. */
  roles(kind: Persistence): Roles {
    const { database } = this.services;
    const redis = this.redis.get(kind);
    return {
      database: { pids: database ? [database.pid] : [], withChildren: true },
      redis: { pids: redis ? [redis.service.pid] : [] },
    };
  }

  /** Of Redis, when there is one. */
  async versions(): Promise<Record<string, string>> {
    return this.redis.size > 0 ? { Redis: await redisVersion() } : {};
  }

  async close(): Promise<void> {
    await Promise.all([...this.redis.values()].map(({ service }) => service.stop()));
    await this.services.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@baton/persistence';
import { stringify } from 'yaml';
import { type Mesh, startMesh } from '../../mesh';
import { LoadGenerator } from '../load/load-generator';
import { type ClosedLoopJob, type LoadResult, type OpenLoopJob } from '../load/load-job';
import { type CpuSpent, type Roles, startCpuClock } from './cpu-clock';
import { TaskRows } from './task-rows';

/** The agents of a stage, as in a deployment file. */
export interface StageAgent {
  readonly name: string;
  readonly family: 'probe';
  readonly replicas?: number;
  readonly concurrency: number;
}

export interface StageOptions {
  readonly agents: readonly StageAgent[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly progress: (line: string) => void;
}

/** A private mesh to measure, with a load generator and a look into its database. Gone with `close`. */
export class Stage {
  readonly load = new LoadGenerator();
  readonly database: Database;
  readonly tasks: TaskRows;

  private constructor(
    readonly mesh: Mesh,
    private readonly dataDir: string,
  ) {
    this.database = new Database({ url: mesh.services.databaseUrl, name: 'baton-bench', connections: 1 });
    this.tasks = new TaskRows(this.database);
  }

  static async open({ agents, environment, progress }: StageOptions): Promise<Stage> {
    const dataDir = mkdtempSync(join(tmpdir(), 'baton-bench-'));
    // The database's account has to pass through, or its data would be kept outside and stay behind.
    chmodSync(dataDir, 0o755);
    const deployment = join(dataDir, 'deployment.yaml');
    writeFileSync(deployment, stringify({ agents }));
    try {
      const mesh = await startMesh({
        dataDir,
        deployment,
        progress,
        adminPassword: randomBytes(15).toString('base64url'),
        environment: { LOG_LEVEL: 'warn', MAX_AGENTS: '2000', ...environment },
      });
      return new Stage(mesh, dataDir);
    } catch (error) {
      rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Sends to the mesh's API, signed in. */
  async send(job: PathJob): Promise<LoadResult> {
    const { path, headers = {}, ...rest } = job;
    const authorization = `Bearer ${await this.mesh.token()}`;
    return this.load.run({
      ...rest,
      url: `${this.mesh.api}${path}`,
      headers: { authorization, ...headers },
    });
  }

  /** One request to the mesh's API, signed in; throws unless it succeeds. */
  async call<Body>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Body> {
    const response = await fetch(`${this.mesh.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.mesh.token()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }

  /** Does some work and tells what CPU time each part of the mesh, and whoever else takes part, spent on it. */
  async metered<Result>(
    work: () => Promise<Result>,
    besides: Roles = {},
  ): Promise<{ result: Result; spent: CpuSpent }> {
    const stop = startCpuClock(() => ({ ...this.roles(), ...besides }));
    const result = await work();
    return { result, spent: stop() };
  }

  roles(): Roles {
    const { services, processes } = this.mesh;
    const named = (prefix: string): number[] =>
      processes.filter(({ name }) => name.startsWith(prefix)).map(({ pid }) => pid);
    return {
      database: { pids: services.database ? [services.database.pid] : [], withChildren: true },
      broker: { pids: services.broker ? [services.broker.pid] : [] },
      orchestrator: { pids: named('orchestrator') },
      agent: { pids: named('probe') },
      load: { pids: [this.load.pid] },
      rest: { pids: [...named('registry'), ...named('host'), process.pid] },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.load.close(), this.database.close()]);
    await this.mesh.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

type AtPath<Job> = Omit<Job, 'url' | 'headers'> & {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
};
type PathJob = AtPath<ClosedLoopJob> | AtPath<OpenLoopJob>;

import { join } from 'node:path';
import { startCpuClock } from '../../stage/cpu-clock';
import { type DriverOptions } from '../drivers';
import { type WorkMode } from '../process/orders';
import { PeerProcess } from '../process/peer-process';
import { type PeerPackages } from '../packages/install';
import { type PeerRow } from '../rows';
import { type PeerServers } from '../servers/peer-servers';

const TIMEOUT_MS = 180_000;

/** A row with its own store, ready to be measured; its processes are started when they are needed. */
export class PeerSession {
  private constructor(
    readonly row: PeerRow,
    private readonly packages: PeerPackages,
    private readonly servers: PeerServers,
    private readonly options: Omit<DriverOptions, 'workerName'>,
  ) {}

  /** `redisDatabase` keeps two sessions on the same Redis apart. */
  static async open(
    row: PeerRow,
    servers: PeerServers,
    packages: PeerPackages,
    redisDatabase: number,
  ): Promise<PeerSession> {
    const session = new PeerSession(row, packages, servers, {
      home: packages.home,
      databaseUrl: await servers.newDatabase(),
      redisPort: servers.redisPort(row.redis),
      redisDatabase,
      tuned: row.tuned,
      notify: row.notify ?? false,
      slots: row.slots,
    });
    const process = session.process('prepare');
    await process.ask({ verb: 'prepare', driver: row.driver, options: session.optionsOf('prepare') });
    await process.close();
    return session;
  }

  async client(): Promise<PeerProcess> {
    const process = this.process('client');
    await process.ask({ verb: 'client', driver: this.row.driver, options: this.optionsOf('client') });
    return process;
  }

  /** Does some work and tells what CPU time its processes and its store spent on it, in microseconds. */
  async metered<Result>(
    { client, worker }: { client: PeerProcess; worker: PeerProcess },
    work: () => Promise<Result>,
  ): Promise<{ result: Result; micros: number }> {
    const store = this.servers.roles(this.row.redis);
    const stop = startCpuClock(() => ({ ...store, client: { pids: [client.pid] }, worker: { pids: [worker.pid] } }));
    const result = await work();
    return { result, micros: sumOf(stop().micros) };
  }

  /** A process that is on its way; ask it with `begin`. */
  worker(name: string): PeerProcess {
    return this.process(name);
  }

  /** Resolves when the worker takes jobs. */
  async begin(worker: PeerProcess, mode: WorkMode): Promise<void> {
    await worker.ask({ verb: 'worker', driver: this.row.driver, options: this.optionsOf(worker.name), mode });
  }

  private process(name: string): PeerProcess {
    const file = `${this.row.name.replace(/[^a-z]+/gi, '-')}-${name}.log`;
    return new PeerProcess(name, this.packages.node, join(this.servers.folder, 'logs', file));
  }

  private optionsOf(workerName: string): DriverOptions {
    return { ...this.options, workerName };
  }
}

export const sumOf = (micros: Readonly<Record<string, number>>): number =>
  Object.values(micros).reduce((sum, value) => sum + value, 0);

/** Resolves when the worker has handled so many jobs since it was started, which it tells itself. */
export function untilHandled(worker: PeerProcess, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => end(new Error(`${worker.name}: not ${count} jobs in ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    );
    const listen = (total: number): void => void (total >= count && end());
    const end = (error?: Error): void => {
      clearTimeout(late);
      worker.off('handled', listen);
      if (error) reject(error);
      else resolve();
    };
    worker.on('handled', listen);
    listen(worker.handled);
  });
}

import { type Services, SetupError } from '../services';
import { AdminToken } from './admin-token';
import { type Credentials } from './credentials';
import { type MeshFile, type NamedProcess, removeMeshFile, writeMeshFile } from './mesh-file';
import { type MeshProcess } from './mesh-process';

interface MeshParts {
  dataDir: string;
  services: Services;
  orchestrators: MeshProcess[];
  registries: MeshProcess[];
  /** Absent in a mesh that was asked for without agents. */
  host?: MeshProcess;
  credentials: Credentials;
  progress: (line: string) => void;
}

function address(process: MeshProcess, key: 'api' | 'health' | 'metrics'): string {
  const value = process.ready[key];
  if (typeof value !== 'string') throw new SetupError(`${process.name} did not tell its ${key} address`);
  return value.replace(/\/$/, '');
}

/** A mesh that runs: its addresses, its processes, and the way to end it. */
export class Mesh {
  private agents: NamedProcess[] = [];
  private stopped: Promise<void> | undefined;
  private readonly admin: AdminToken;

  constructor(private readonly parts: MeshParts) {
    this.admin = new AdminToken(() => this.api, parts.credentials);
    for (const process of this.all) process.on('changed', () => this.publish());
    parts.host?.on('agents', (agents) => this.adopt(agents));
    this.publish();
  }

  get api(): string {
    return address(this.first, 'api');
  }

  get health(): string {
    return address(this.first, 'health');
  }

  get metrics(): string {
    return address(this.first, 'metrics');
  }

  /** Every door, in the order of their names. */
  get orchestrators(): { name: string; api: string; health: string; metrics: string }[] {
    return this.parts.orchestrators.map((one) => ({
      name: one.name,
      api: address(one, 'api'),
      health: address(one, 'health'),
      metrics: address(one, 'metrics'),
    }));
  }

  /** The broker and the database; private ones can be killed and started again. */
  get services(): Services {
    return this.parts.services;
  }

  /** What runs now, the host's agents included. */
  get processes(): NamedProcess[] {
    const own = this.all.flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]));
    return [...own, ...this.agents];
  }

  /** An access token of the administrator. */
  token(): Promise<string> {
    return this.admin.get();
  }

  /** Ends one process by name (kill -9 unless told otherwise); whoever supervises it starts it again. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const own = this.all.find((process) => process.name === name);
    if (own) return own.kill(signal);
    const agent = this.agents.find((one) => one.name === name);
    if (!agent)
      throw new SetupError(
        `There is no process ${name}; there are ${this.processes.map((one) => one.name).join(', ')}`,
      );
    process.kill(agent.pid, signal);
  }

  /** Drains and stops everything in order: agents and host, orchestrators, registry, services. Safe to call twice. */
  stop(): Promise<void> {
    this.stopped ??= this.stopInOrder();
    return this.stopped;
  }

  private async stopInOrder(): Promise<void> {
    const { host, orchestrators, registries, services, dataDir } = this.parts;
    await host?.stop();
    await Promise.all(orchestrators.map((one) => one.stop()));
    await Promise.all(registries.map((one) => one.stop()));
    await services.stop();
    removeMeshFile(dataDir);
  }

  private get all(): MeshProcess[] {
    const { registries, orchestrators, host } = this.parts;
    return [...registries, ...orchestrators, ...(host ? [host] : [])];
  }

  private get first(): MeshProcess {
    const [first] = this.parts.orchestrators;
    if (!first) throw new SetupError('A mesh needs at least one orchestrator');
    return first;
  }

  private adopt(agents: NamedProcess[]): void {
    const { guardian } = this.parts.services;
    const { progress } = this.parts;
    const report = (error: unknown): void => progress(`the guardian does not answer: ${String(error)}`);
    const added = agents.filter(({ pid }) => !this.agents.some((known) => known.pid === pid));
    const gone = this.agents.filter(({ pid }) => !agents.some((now) => now.pid === pid));
    for (const { pid } of added) guardian.watch(pid).catch(report);
    for (const { pid } of gone) guardian.unwatch(pid).catch(report);
    this.agents = agents;
    this.publish();
  }

  private publish(): void {
    if (this.stopped) return;
    const { dataDir, services } = this.parts;
    const content: MeshFile = {
      api: this.api,
      health: this.health,
      metrics: this.metrics,
      messageQueueUrl: services.messageQueueUrl,
      databaseUrl: services.databaseUrl,
      pid: process.pid,
      processes: this.processes,
    };
    writeMeshFile(dataDir, content);
  }
}

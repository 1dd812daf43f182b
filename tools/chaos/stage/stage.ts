import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually } from '@baton/testing';
import { builtFile } from '../../build';
import { type Credentials, type Mesh, MeshProcess, type NamedProcess, readCredentials, startMesh } from '../../mesh';
import { type PrivateService, type Services, SetupError, startServices } from '../../services';
import { BusEntrance } from '../load/bus-entrance';
import { Door } from '../load/door';
import { ExitWatch } from './exit-watch';
import { fetchFaketime } from './faketime';
import { environmentOf, isMortal, OUTSIDER, type Surroundings, surroundingsOf, writeDeployment } from './surroundings';
import { Truth } from './truth';

interface StageParts {
  readonly services: Services;
  readonly around: ReadonlyMap<string, Surroundings>;
  readonly mesh: Mesh;
  readonly outsider: MeshProcess;
  readonly credentials: Credentials;
  readonly clockless: string | undefined;
}

/** Three of the host's and the outsider. */
const ATTACKABLE = 4;
const WHOLE_WITHIN_MS = 30_000;
const packages = resolve(__dirname, '..', '..', '..', '.baton', 'packages');

/** A mesh set up to be hurt: two orchestrators, a registry, a host with agents, an agent of nobody's, proxies, clocks. */
export class Stage {
  readonly truth: Truth;
  readonly exits: ExitWatch;
  readonly doors: readonly Door[];
  /** Why clocks cannot be moved here; undefined: they can. */
  readonly clockless: string | undefined;
  private readonly frozen = new Set<number>();

  private constructor(private readonly parts: StageParts) {
    const { mesh, credentials, services } = parts;
    this.clockless = parts.clockless;
    this.truth = new Truth(services.databaseUrl);
    this.doors = mesh.orchestrators.map(({ api }) => new Door(api, credentials));
    this.exits = new ExitWatch(() => this.processes, isMortal);
  }

  /** Everything under `folder`, with services of its own. Rejects with a SetupError, with nothing left running. */
  static async open(folder: string, progress: (line: string) => void): Promise<Stage> {
    const dataDir = join(folder, 'mesh');
    mkdirSync(dataDir, { recursive: true });
    const services = await startServices({ dataDir: join(folder, 'services'), progress });
    let around = new Map<string, Surroundings>();
    let mesh: Mesh | undefined;
    try {
      const faketime = await fetchFaketime(packages, progress);
      around = await surroundingsOf(services, folder, 'library' in faketime ? faketime.library : undefined);
      const clockless = 'missing' in faketime ? faketime.missing : undefined;
      mesh = await startMesh({
        dataDir,
        messageQueueUrl: services.messageQueueUrl,
        databaseUrl: services.databaseUrl,
        orchestrators: 2,
        deployment: writeDeployment(folder),
        drainMs: 2000,
        environmentOf: (name) => environmentOf(around.get(name)),
        progress,
      });
      const outsider = await startOutsider(services, dataDir, around.get(OUTSIDER), progress);
      const credentials = readCredentials(dataDir);
      if (!credentials) throw new SetupError(`The mesh kept no credentials in ${dataDir}`);
      return new Stage({ services, around, mesh, outsider, credentials, clockless });
    } catch (error) {
      await mesh?.stop();
      await closeAll(around);
      await services.stop();
      throw error;
    }
  }

  get processes(): NamedProcess[] {
    const { mesh, outsider } = this.parts;
    return [...mesh.processes, ...(outsider.pid === undefined ? [] : [{ name: outsider.name, pid: outsider.pid }])];
  }

  get orchestratorNames(): string[] {
    return this.parts.mesh.orchestrators.map(({ name }) => name);
  }

  /** The agents to attack, in the order of their names. */
  get agents(): NamedProcess[] {
    const attackable = this.processes.filter(({ name }) => name.startsWith('probe-') || name === OUTSIDER);
    return attackable.sort((one, other) => one.name.localeCompare(other.name));
  }

  /** All that the host keeps running. */
  get hosted(): NamedProcess[] {
    return this.processes.filter(({ name }) => name.startsWith('probe-') || isMortal(name));
  }

  /** The third way in, over RabbitMQ. */
  busEntrance(): Promise<BusEntrance> {
    const [door] = this.doors;
    if (!door) throw new SetupError('The mesh has no door');
    return BusEntrance.open(this.parts.services.messageQueueUrl, door);
  }

  around(name: string): Surroundings {
    return this.parts.around.get(name) ?? {};
  }

  service(name: 'broker' | 'database'): PrivateService {
    const service = this.parts.services[name];
    if (!service) throw new SetupError(`The suite needs a ${name} of its own`);
    return service;
  }

  pid(name: string): number {
    const found = this.processes.find((process) => process.name === name);
    if (!found) throw new Error(`there is no process ${name} now`);
    return found.pid;
  }

  /** The number and name of the orchestrator that is the brain; waits for one. */
  async brain(): Promise<{ index: number; name: string }> {
    const names = this.orchestratorNames;
    const find = async (): Promise<{ index: number; name: string }> => {
      const here = await Promise.all(names.map((_, index) => this.isBrain(index)));
      const index = here.indexOf(true);
      if (index < 0) throw new Error('no orchestrator is the brain');
      return { index, name: names[index] as string };
    };
    return eventually(find, { timeoutMs: 20_000, everyMs: 50 });
  }

  /**
   * Waits until everybody is back from the fault before: what is still starting cannot be told from what ended by
   * itself. A mesh that does not get whole in this time is hurt all the same.
   */
  async whole(): Promise<void> {
    const answers = async (): Promise<boolean> => {
      const here = await Promise.all(this.doors.map((_, index) => this.isBrain(index)));
      return here.every((known) => known !== undefined) && this.agents.length === ATTACKABLE;
    };
    await eventually(answers, { timeoutMs: WHOLE_WITHIN_MS, everyMs: 100 }).catch(() => undefined);
  }

  /** What the orchestrator itself says; undefined when it does not answer. */
  async isBrain(index: number): Promise<boolean | undefined> {
    const answer = await this.doors[index]?.call('GET', '/api/system/status');
    return answer?.status === 200 ? (answer.body.brain as { here: boolean }).here : undefined;
  }

  /** kill -9; whoever supervises it starts it again. */
  async kill(name: string): Promise<void> {
    const { mesh, outsider } = this.parts;
    this.exits.excuse([name], 30_000);
    await (name === outsider.name ? outsider.kill('SIGKILL') : mesh.kill(name));
  }

  freeze(pid: number): void {
    this.frozen.add(pid);
    process.kill(pid, 'SIGSTOP');
  }

  /** A process that was killed meanwhile needs no thawing. */
  thaw(pid: number): void {
    this.frozen.delete(pid);
    try {
      process.kill(pid, 'SIGCONT');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Undoes whatever a fault has not undone itself. */
  async heal(): Promise<void> {
    for (const pid of this.frozen) this.thaw(pid);
    for (const { broker, database, clock } of this.parts.around.values()) {
      broker?.mend();
      database?.mend();
      clock?.step(0);
    }
    await Promise.all([this.service('broker').start(), this.service('database').start()]);
  }

  /** Stops everything; nothing of it stays. */
  async close(): Promise<void> {
    this.exits.stop();
    await this.heal();
    await this.truth.close();
    await this.parts.outsider.stop();
    await this.parts.mesh.stop();
    await closeAll(this.parts.around);
    await this.parts.services.stop();
  }
}

async function startOutsider(
  services: Services,
  dataDir: string,
  around: Surroundings | undefined,
  progress: (line: string) => void,
): Promise<MeshProcess> {
  const env = { ...process.env, BATON_AGENT_NAME: OUTSIDER, BATON_DATA_DIR: dataDir, ...environmentOf(around) };
  const logFile = join(dataDir, 'logs', `${OUTSIDER}.log`);
  const plan = { name: OUTSIDER, file: builtFile('probe-agent'), env, logFile, stopWithinMs: 15_000 };
  const outsider = new MeshProcess(plan, services.guardian, progress);
  await outsider.start();
  return outsider;
}

async function closeAll(around: ReadonlyMap<string, Surroundings>): Promise<void> {
  const proxies = [...around.values()].flatMap(({ broker, database }) => [broker ?? [], database ?? []].flat());
  await Promise.all(proxies.map((proxy) => proxy.close()));
}

import { eventually } from '@baton/testing';
import { type PrivateService } from '../../tools/services';
import { MeshUnderTest } from './mesh-under-test';
import { SteadyLoad } from './steady-load';

/** kill -9 of what the mesh stands on, under load: nothing accepted is lost, and no process of ours has to restart. */
const RECOVERED_WITHIN_MS = 30_000;
const work = (index: number): object => ({ capability: 'probe.sleep', input: { ms: 10 + (index % 5) * 10 } });

type Service = 'broker' | 'database';
interface Health {
  readonly status: number;
  readonly down: string[];
}

let under: MeshUnderTest;

beforeAll(async () => {
  under = await MeshUnderTest.start();
}, 180_000);
afterAll(() => under.stop(), 60_000);

async function health(): Promise<Health> {
  const answer = await fetch(`${under.mesh.health}/healthz`);
  const body = (await answer.json()) as { error?: Record<string, unknown> };
  return { status: answer.status, down: Object.keys(body.error ?? {}) };
}

const pids = (): string[] => under.mesh.processes.map(({ name, pid }) => `${name} ${pid}`).sort();

function own(service: Service): PrivateService {
  const found = under.mesh.services[service];
  if (!found) throw new Error(`the mesh has no ${service} of its own`);
  return found;
}

const kill = (service: Service): Promise<void> => own(service).kill();
const start = (service: Service): Promise<void> => own(service).start();

/** Everything again: healthy, accepting, and what it accepts gets done. Resolves with how long that took. */
async function recovered(load: SteadyLoad): Promise<number> {
  const since = performance.now();
  const limit = { timeoutMs: 60_000, everyMs: 20 };
  await eventually(async () => expect(await health()).toMatchObject({ status: 200 }), limit);
  await load.flows(5);
  const [last] = [...load.accepted].slice(-1);
  await under.client().ended([last as string], 60_000);
  return performance.now() - since;
}

test.each<[string, Service[]]>([
  ['the broker', ['broker']],
  ['the database', ['database']],
  ['both', ['broker', 'database']],
])(
  '%s: killed and started again',
  async (what, services) => {
    const before = pids();
    const load = SteadyLoad.start(what, () => under.client(), work);
    await load.flows();
    await Promise.all(services.map(kill));
    const told = async (): Promise<void> => {
      const { status, down } = await health();
      expect({ status, down }).toEqual({ status: 503, down: expect.arrayContaining(services) });
    };
    await eventually(told, { timeoutMs: 20_000, everyMs: 20 });
    await Promise.all(services.map(start));
    const tookMs = await recovered(load);
    const ids = await load.stop();
    const tasks = await under.client().ended(ids, 60_000);
    expect(tasks.filter((task) => task.state !== 'completed')).toEqual([]);
    expect(pids()).toEqual(before);
    await under.expectInvariants();
    process.stderr.write(`${what} back: ${ids.length} tasks, work flows again after ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(RECOVERED_WITHIN_MS);
  },
  180_000,
);

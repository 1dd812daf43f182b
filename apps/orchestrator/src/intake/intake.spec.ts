import { type Bus } from '@baton/bus';
import { type Database } from '@baton/persistence';
import { CapabilityCatalog } from './capability-catalog';
import { Hints } from './hints';
import { Intake } from './intake';

const by = { actor: 'user:test' };

/** A database that does not answer before it is let go. */
function heldDatabase() {
  const gates: (() => void)[] = [];
  const run = (): Promise<{ at: Date; ids: null }[]> =>
    new Promise((resolve) => gates.push(() => resolve([{ at: new Date(0), ids: null }])));
  return {
    database: { run, now: () => new Date(0) } as unknown as Database,
    release: () => gates.splice(0).forEach((open) => open()),
  };
}

function intakeOn(database: Database): Intake {
  const catalog = new CapabilityCatalog(() => Promise.resolve([{ name: 'a.b', version: '1.0.0', input: true }]));
  const hints = new Hints({ publish: () => Promise.resolve('dropped') } as unknown as Bus);
  return new Intake(database, catalog, hints, { timeoutMs: 1000, maxRetries: 0 });
}

const batch = (count: number, input: string) => Array.from({ length: count }, () => ({ capability: 'a.b', input }));

test('I8 what waits for the database is bounded in number, and there is room again when it has answered', async () => {
  const { database, release } = heldDatabase();
  const intake = intakeOn(database);
  const first = intake.submitMany(batch(20_000, 'x'), by);
  await new Promise(setImmediate);
  await expect(intake.submit({ capability: 'a.b', input: 1 }, by)).rejects.toMatchObject({ code: 'OVERLOADED' });
  release();
  expect(await first).toHaveLength(20_000);
  const next = intake.submit({ capability: 'a.b', input: 1 }, by);
  await new Promise(setImmediate);
  release();
  expect(await next).toMatchObject({ duplicate: false });
});

test('I8 and in size', async () => {
  const { database, release } = heldDatabase();
  const intake = intakeOn(database);
  const large = 'x'.repeat(1024 * 1024 - 2);
  const first = intake.submitMany(batch(128, large), by);
  await new Promise(setImmediate);
  await expect(intake.submitMany(batch(1, large), by)).rejects.toMatchObject({
    code: 'OVERLOADED',
    retryAfterSeconds: 1,
  });
  release();
  expect(await first).toHaveLength(128);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Workflow } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { MeshUnderTest } from './mesh-under-test';

/** The demo runs the dependency report; every other example is run here as a reader would run it. */
const folder = join(__dirname, '../../examples/workflows');
const runByDemo = 'dependency-report.yaml';

const outcomes: Readonly<Record<string, object>> = {
  'extract-each.yaml': {
    state: 'completed',
    output: {
      found: expect.any(Number),
      types: expect.arrayContaining(['email', 'url']),
      report: expect.stringContaining('Entities'),
    },
  },
  'failures.yaml': {
    state: 'partial',
    output: { flaky: 3, replaced: 100, tolerated: 'failed', after: { tolerated: null, attempts: 3 } },
  },
  'figures.yaml': {
    state: 'completed',
    output: { mean: expect.any(Number), anomalies: [13], report: expect.stringContaining('<svg') },
  },
};

let under: MeshUnderTest;
beforeAll(async () => {
  under = await MeshUnderTest.start();
}, 240_000);
afterAll(() => under?.stop(), 60_000);

test('every example is run by a test', () => {
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(outcomes), runByDemo].sort());
});

test.each(Object.keys(outcomes))(
  '%s runs to its end',
  async (file) => {
    const client = under.client();
    const definition = readFileSync(join(folder, file), 'utf8');
    const created = await client.call<Workflow>('POST', '/api/workflows', { definition, start: true });
    expect([created.status, created.body]).toEqual([201, expect.objectContaining({ name: file.replace('.yaml', '') })]);
    const done = await eventually(
      async () => {
        const { body } = await client.get<Workflow>(`/api/workflows/${created.body.id}`);
        expect(body.finishedAt).not.toBeNull();
        return body;
      },
      { timeoutMs: 60_000 },
    );
    expect(done).toMatchObject(outcomes[file] as object);
  },
  90_000,
);

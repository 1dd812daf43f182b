import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, type Workflow } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { MeshUnderTest } from './mesh-under-test';

/** The demo runs the dependency report; every other example is run here as a reader would run it. */
const folder = join(__dirname, '../../examples/workflows');
const runByDemo = 'dependency-report.yaml';

const text = expect.any(String);
/** Completed with such an output. */
const completed = (output: object): object => ({ state: 'completed', output });

const outcomes: Readonly<Record<string, object>> = {
  'auction.yaml': completed({
    entities: expect.arrayContaining(['Ada Lovelace', 'London', 'Charles Babbage']),
    winners: ['research-1', 'research-1'],
    bids: [1, 1],
  }),
  'consensus.yaml': completed({
    anomalies: [13],
    agreement: 1,
    voters: expect.arrayContaining(['analysis-1', 'analysis-second', 'analysis-third']),
    dissent: [],
  }),
  'extract-each.yaml': completed({
    found: expect.any(Number),
    types: expect.arrayContaining(['email', 'url']),
    report: expect.stringContaining('Entities'),
  }),
  'failures.yaml': {
    state: 'partial',
    output: { flaky: 3, replaced: 100, tolerated: 'failed', after: { tolerated: null, attempts: 3 } },
  },
  'figures.yaml': completed({ mean: expect.any(Number), anomalies: [13], report: expect.stringContaining('<svg') }),
  'hierarchical.yaml': completed({
    questions: 3,
    documents: expect.arrayContaining(['failure-matrix.md']),
    report: expect.stringContaining('how are messages signed'),
  }),
  'parallel.yaml': completed({ methods: [text, text], agreed: [13], report: expect.stringContaining('240') }),
  'pipeline.yaml': completed({
    cards: Array.from({ length: 8 }, (_, index) => expect.stringContaining(`${index + 1}\\. `)),
    of: Array.from({ length: 8 }, () => text),
  }),
  'sequential.yaml': completed({
    best: expect.stringMatching(/\.md$/),
    report: expect.stringContaining('what happens to a task when its agent is killed'),
  }),
  'swarm.yaml': completed({
    position: [expect.any(Number)],
    fitness: expect.any(Number),
    stopped: 'target',
    history: expect.any(Array),
  }),
};

let under: MeshUnderTest;
beforeAll(async () => {
  under = await MeshUnderTest.start();
}, 240_000);
afterAll(() => under?.stop(), 60_000);

/** What the head of the example asks for besides `npm start`. */
const preparations: Readonly<Record<string, () => Promise<void>>> = {
  'consensus.yaml': async () => {
    for (const name of ['analysis-second', 'analysis-third']) {
      const started = await under.client().call<Agent>('POST', '/api/agents', { name, family: 'analysis' });
      expect([started.status, started.body]).toEqual([201, expect.objectContaining({ name })]);
    }
  },
};

test('every example is run by a test', () => {
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(outcomes), runByDemo].sort());
});

test.each(Object.keys(outcomes))(
  '%s runs to its end',
  async (file) => {
    await preparations[file]?.();
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

test('nothing they did breaks an invariant', () => under.expectInvariants(), 60_000);

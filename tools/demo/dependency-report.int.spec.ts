import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { type TaskContext } from '@baton/agent-sdk';
import { createValidator } from '@baton/bus';
import {
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  type StepState,
  type TaskId,
  type WorkflowId,
} from '@baton/contracts';
import { advance, compileWorkflow, createRun, unitsOf, type WorkflowRun } from '@baton/engine';
import { parse } from 'yaml';
import { Anomalies } from '../../apps/analysis-agent/src/capabilities/anomalies';
import { Describe } from '../../apps/analysis-agent/src/capabilities/describe';
import { GenerateReport } from '../../apps/generation-agent/src/capabilities/generate-report';
import { ExtractInformation } from '../../apps/research-agent/src/capabilities/extract-information';
import { IndexDocuments } from '../../apps/research-agent/src/capabilities/index-documents';
import { SearchDocuments } from '../../apps/research-agent/src/capabilities/search-documents';
import { Corpora } from '../../apps/research-agent/src/corpus/corpora';
import { demoInput } from './demo-input';

interface Runnable {
  readonly name: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  execute(input: never, task: TaskContext): unknown;
}

const root = resolve(__dirname, '../..');
const document: unknown = parse(readFileSync(join(root, 'examples/workflows/dependency-report.yaml'), 'utf8'));
const task = { signal: new AbortController().signal, progress: () => undefined } as unknown as TaskContext;
const packages = Array.from({ length: 60 }, (_, n) => ({
  name: `package-${n}`,
  version: '1.0.0',
  kilobytes: n === 7 ? 900_000 : 10 + ((n * 37) % 23),
  files: 3 + (n % 5),
  depth: 1 + (n % 4),
}));

/** Runs the document in the real engine with the real capabilities, one task after the other. */
async function play(capabilities: readonly Runnable[], input: JsonObject): Promise<WorkflowRun> {
  const byName = new Map(capabilities.map((one) => [one.name, one]));
  const compiled = compileWorkflow(document, { capability: (name) => byName.has(name) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  const run = createRun(randomUUID() as WorkflowId, compiled.graph, input);
  const given = { now: new Date(), newTaskId: () => randomUUID() as TaskId, mayGoOn: () => true };
  const waiting = [...(await advance(run, { kind: 'start' }, given)).commands];
  for (let command = waiting.shift(); command; command = waiting.shift()) {
    if (command.kind !== 'submit-task') continue;
    const capability = byName.get(command.submit.capability)!;
    expect({ step: command.key, faults: createValidator(capability.input)(command.submit.input) }).toEqual({
      step: command.key,
      faults: [],
    });
    const output = JSON.parse(
      JSON.stringify(await capability.execute(command.submit.input as never, task)),
    ) as JsonValue;
    expect(createValidator(capability.output)(output)).toEqual([]);
    const figures = { attempts: 1, agent: null, cost: null, spawned: 0 };
    const ended = { kind: 'task-ended', state: 'completed', output, error: null, ...figures } as const;
    waiting.push(...(await advance(run, { ...ended, key: command.key, taskId: command.taskId }, given)).commands);
  }
  return run;
}

function stateOf(run: WorkflowRun, key: string): StepState | undefined {
  return [...unitsOf(run)].find((unit) => unit.key === key)?.state;
}

describe('examples/workflows/dependency-report.yaml', () => {
  let data: string;
  let capabilities: Runnable[];
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'demo-'));
    const corpora = new Corpora(data);
    const config = { corporaDir: data, allowedPaths: [root], maxCorpusCharacters: 1e8 };
    const research = [new IndexDocuments(corpora, config), new SearchDocuments(corpora), new ExtractInformation()];
    capabilities = [...research, new Describe(), new Anomalies(), new GenerateReport()];
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  test('answers the question, finds the planted anomaly and writes both reports with their sources', async () => {
    const run = await play(capabilities, { ...demoInput(root, packages), glob: '{amqplib,pg,fastify,typeorm}/README.md' });
    expect([run.error, run.state]).toEqual([null, 'completed']);
    const output = run.output as { hits: unknown[]; anomalies: unknown[]; entities: unknown[]; html: string; markdown: string };
    expect(output.hits.length).toBeGreaterThan(0);
    expect(output.anomalies[0]).toMatchObject({ title: 'Package size', found: 1, top: [{ name: 'package-7', value: 900_000 }] });
    expect(output.anomalies[2]).toMatchObject({ title: 'Depth of dependencies', found: 0, top: [] });
    for (const report of [output.html, output.markdown]) {
      expect(report).toContain('https://www.npmjs.com/package/');
      expect(report).toContain('package-7');
    }
    expect(output.html.match(/<svg/g)).toHaveLength(3);
    expect(stateOf(run, 'broaden')).toBe('skipped');
  }, 20_000);

  test('a question without an answer is asked again in broader words; with nothing at all the report still comes', async () => {
    const glob = '{amqplib,pg}/README.md';
    const broad = await play(capabilities, { ...demoInput(root, packages), glob, corpus: 'broad', question: 'qqqqzzzzxxxx' });
    expect(stateOf(broad, 'broaden')).toBe('completed');
    expect((broad.output as { hits: unknown[] }).hits.length).toBeGreaterThan(0);
    const empty = { ...demoInput(root, []), glob, corpus: 'empty', question: 'qqqqzzzzxxxx', broaderQuestion: 'wwwwyyyykkkk', figures: [] };
    const none = await play(capabilities, empty);
    expect([none.error, none.state]).toEqual([null, 'completed']);
    expect(none.output).toMatchObject({ hits: [], entities: [], anomalies: [], html: expect.stringContaining('<!doctype html>') });
  }, 20_000);
}); // prettier-ignore

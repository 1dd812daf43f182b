import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type JsonValue, type WorkflowDocument } from '@baton/contracts';
import { ConfigurationError } from '@baton/observability';
import { parse } from 'yaml';
import { loadDotEnv, readEnvironment } from '../mesh';
import { reasonOf, SetupError } from '../services';
import { answerLines, type DemoAnswer } from './answer';
import { demoInput } from './demo-input';
import { measurePackages } from './figures';
import { ProgressDisplay } from './progress-display';
import { reachMesh, type ReachedMesh } from './reach-mesh';
import { runReport } from './run-report';

const root = resolve(__dirname, '..', '..');
const tell = (line: string): void => console.error(`demo: ${line}`);
const usage = 'npm run demo [-- --question "…"] [-- --json]';

async function demo(mesh: ReachedMesh, dataDir: string, options: { question?: string; json?: boolean }): Promise<void> {
  const { question, json } = options;
  const packages = await measurePackages(root);
  tell(`${packages.length} packages measured; the workflow begins`);
  const definition = parse(
    await readFile(join(root, 'examples/workflows/dependency-report.yaml'), 'utf8'),
  ) as WorkflowDocument;
  const input = { ...demoInput(root, packages), ...(question !== undefined && { question }) };
  const { stderr } = process;
  const display = new ProgressDisplay({
    isTTY: stderr.isTTY,
    columns: stderr.columns,
    write: (text) => void stderr.write(text),
  });
  const workflow = await runReport(mesh.client, definition, input, (seen) => display.show(seen)).finally(() =>
    display.close(),
  );
  const answer = workflow.output as unknown as DemoAnswer;
  const reports = await saveReports(join(dataDir, 'demo'), answer);
  const { html: _html, markdown: _markdown, ...facts } = answer;
  if (json) return console.log(JSON.stringify({ workflowId: workflow.id, ...facts, reports }, null, 2));
  for (const line of answerLines(asked(workflow.input.question), answer, reports)) console.log(line);
}

function asked(question: JsonValue | undefined): string {
  return typeof question === 'string' ? question : JSON.stringify(question);
}

async function saveReports(folder: string, { html, markdown }: DemoAnswer): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files = [
    { path: join(folder, 'report.html'), content: html },
    { path: join(folder, 'report.md'), content: markdown },
  ];
  for (const { path, content } of files) await writeFile(path, content);
  return files.map(({ path }) => path);
}

function readArguments(): { question?: string; json?: boolean } {
  try {
    return parseArgs({ options: { question: { type: 'string' }, json: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}. Use: ${usage}`);
  }
}

async function main(): Promise<void> {
  const started = Date.now();
  const options = readArguments();
  loadDotEnv();
  const environment = readEnvironment(process.env);
  const stopped = new AbortController();
  const stop = (): void => {
    tell('stopping');
    stopped.abort(new SetupError('stopped by a signal'));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  // A signal may come while the mesh is on its way up: it is stopped all the same, nothing may be left behind.
  const mesh = await reachMesh(environment, root, tell);
  try {
    stopped.signal.throwIfAborted();
    const interrupted = once(stopped.signal, 'abort').then(() => stopped.signal.throwIfAborted());
    await Promise.race([demo(mesh, resolve(environment.BATON_DATA_DIR), options), interrupted]);
  } finally {
    if (mesh.startedHere) tell('shutting down');
    await mesh.leave();
  }
  tell(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    tell(reasonOf(error));
    process.exit(error instanceof ConfigurationError ? 78 : error instanceof SetupError ? error.exitCode : 1);
  },
);

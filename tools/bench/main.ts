import { writeFileSync } from 'node:fs';
import { ConfigurationError } from '@baton/observability';
import { reasonOf, SetupError } from '../services';
import { readArguments } from './arguments';
import { benchPeers } from './peers';
import { describeMachine, type Machine, makeReport, renderReport } from './report';
import { runScenarios } from './run-scenarios';
import { scenarios } from './scenarios';
import { serviceVersions } from './stage/service-versions';

const tell = (line: string): void => console.error(`bench: ${line}`);

async function main(): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(new SetupError('stopped by a signal'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'peers') return benchPeers(rest, { signal: stopped.signal, progress: tell });
  const { names, runs, quick, json } = readArguments(
    process.argv.slice(2),
    scenarios.map(({ name }) => name),
  );
  const at = new Date().toISOString();
  let machine: Machine = describeMachine({});
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  const measured = await runScenarios(chosen, {
    runs,
    quick,
    signal: stopped.signal,
    progress: tell,
    onStage: async (stage) => {
      machine = { ...machine, versions: await serviceVersions(stage.mesh.services) };
    },
  });
  const report = makeReport({ at, machine, options: { runs, quick } }, measured);
  console.log(renderReport(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    tell(reasonOf(error));
    process.exit(error instanceof ConfigurationError ? 78 : error instanceof SetupError ? error.exitCode : 1);
  },
);

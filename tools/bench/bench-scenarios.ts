import { writeFileSync } from 'node:fs';
import { readArguments } from './arguments';
import { Profiler } from './profile/profiler';
import { describeMachine, type Machine, makeReport, renderReport } from './report';
import { runScenarios } from './run-scenarios';
import { scenarios } from './scenarios';
import { serviceVersions } from './stage/service-versions';

interface Surroundings {
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** Measures the scenarios the arguments ask for, prints the report, and writes it where `--json` says. */
export async function benchScenarios(args: readonly string[], { signal, progress }: Surroundings): Promise<void> {
  const known = scenarios.map(({ name }) => name);
  const { names, runs, quick, json, profile } = readArguments(args, known);
  const profiler = profile === undefined ? undefined : new Profiler(profile);
  const at = new Date().toISOString();
  let machine: Machine = describeMachine({});
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  const measured = await runScenarios(chosen, {
    runs,
    quick,
    signal,
    progress,
    environment: profiler?.environment ?? {},
    onStage: async (stage) => {
      profiler?.begin(stage.mesh.processes);
      machine = { ...machine, versions: await serviceVersions(stage.mesh.services) };
    },
  });
  const report = makeReport({ at, machine, options: { runs, quick } }, measured);
  console.log(renderReport(report));
  if (profiler) console.log(profiler.render());
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

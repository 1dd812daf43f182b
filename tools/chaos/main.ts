import { randomInt } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reasonOf, SetupError } from '../services';
import { type ChaosOptions, readOptions, reproduction } from './chaos-options';
import { type ChaosReport, reportLines } from './report/chaos-report';
import { runChaos } from './run-chaos';
import { Stage } from './stage/stage';

const tell = (line: string): void => console.error(`chaos: ${line}`);

/** Data, logs and the sender's log of one run; PostgreSQL, which does not run as root, must be able to pass. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-chaos-'));
  chmodSync(folder, 0o755);
  return folder;
}

async function run(options: ChaosOptions, folder: string, signal: AbortSignal): Promise<ChaosReport> {
  tell(`${reproduction(options)}; data and logs in ${folder}`);
  let open = false;
  // While it is being hurt a mesh complains all the time: that goes to a file.
  const hear = (line: string): void => (open ? appendFileSync(join(folder, 'mesh.log'), `${line}\n`) : tell(line));
  const stage = await Stage.open(folder, hear);
  open = true;
  try {
    signal.throwIfAborted();
    return await runChaos({ options, stage, folder, tell, signal });
  } finally {
    tell('stopping the mesh');
    await stage.close();
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), randomInt(1_000_000));
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(new SetupError('stopped by a signal'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const folder = newFolder();
  let keep = options.keep;
  try {
    const report = await run(options, folder, stopped.signal);
    if (options.json !== undefined) writeFileSync(resolve(options.json), `${JSON.stringify(report, null, 2)}\n`);
    for (const line of reportLines(report)) console.log(line);
    keep ||= !report.passed;
    return report.passed ? 0 : 1;
  } finally {
    if (keep) tell(`data and logs are kept in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    tell(reasonOf(error));
    process.exit(error instanceof SetupError ? error.exitCode : 1);
  },
);

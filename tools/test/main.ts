import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureBuilt } from '../build';
import { reasonOf } from '../services';
import { type Count, countTests, type JestReport, optionsOf, planTests, type Project } from './test-plan';

const root = resolve(__dirname, '..', '..');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

const tell = (line: string): void => console.error(`baton: ${line}`);

function runJest(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [jest, ...args], { cwd: root, stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    process.exitCode = 130;
  };
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      done(code ?? 1);
    });
  });
}

async function runProject(project: Project, jestArguments: string[]): Promise<Count> {
  if (project === 'e2e') await ensureBuilt(tell);
  const folder = mkdtempSync(join(tmpdir(), 'baton-test-'));
  const file = join(folder, 'report.json');
  try {
    const options = [
      '--selectProjects',
      project,
      '--json',
      `--outputFile=${file}`,
      '--passWithNoTests',
      ...optionsOf(project, jestArguments),
    ];
    const code = await runJest(options);
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as JestReport) : undefined;
    return countTests(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What keeps a project from running is one failure; the other projects still run. */
function toFailure(error: unknown): Count {
  tell(reasonOf(error));
  return { passed: 0, failed: 1 };
}

async function main(): Promise<Count> {
  const { projects, jestArguments } = planTests(process.argv.slice(2));
  const total = { passed: 0, failed: 0 };
  for (const project of projects) {
    if (process.exitCode) break;
    const count = await runProject(project, jestArguments).catch(toFailure);
    total.passed += count.passed;
    total.failed += count.failed;
  }
  return total;
}

void main().then(({ passed, failed }) => {
  if (passed + failed === 0) tell('no test matches; the arguments select projects (unit, integration, e2e) and paths');
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(process.exitCode ?? (failed > 0 || passed === 0 ? 1 : 0));
});

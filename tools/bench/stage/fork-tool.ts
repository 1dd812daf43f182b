import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..', '..', '..');

/** Runs a TypeScript file of the tools in a process of its own, which hears this one and ends with it. */
export function forkTool(file: string, environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return fork(file, [], {
    execArgv: ['-r', require.resolve('@swc-node/register')],
    env: { ...process.env, ...environment, TS_NODE_PROJECT: join(root, 'tsconfig.json') },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

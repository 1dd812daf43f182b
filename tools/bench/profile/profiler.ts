import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type NamedProcess } from '../../mesh';
import { renderTable } from '../report';
import { type CpuProfile, topFunctions } from './summarize';

const SHOWN = 25;
const PROFILED = /^(orchestrator|probe|registry)/;

/** Has the Node processes of a mesh write CPU profiles when they end, and tells what took most. */
export class Profiler {
  private readonly folder: string;
  private readonly processes: NamedProcess[] = [];

  constructor(folder: string) {
    this.folder = resolve(folder);
    mkdirSync(this.folder, { recursive: true });
  }

  /** For the processes to be profiled. */
  get environment(): Record<string, string> {
    return { NODE_OPTIONS: `--require=${join(__dirname, 'preload.cjs')}`, BATON_BENCH_PROFILES: this.folder };
  }

  /** From now on: what a process did to start is not counted. */
  begin(processes: readonly NamedProcess[]): void {
    const profiled = processes.filter(({ name }) => PROFILED.test(name));
    for (const { pid } of profiled) process.kill(pid, 'SIGUSR2');
    this.processes.push(...profiled);
  }

  /** The busiest functions of each process that has ended by itself. */
  render(): string {
    return this.processes
      .map(({ name, pid }) => ({ name, file: join(this.folder, `${pid}.cpuprofile`) }))
      .filter(({ file }) => existsSync(file))
      .map(({ name, file }) => `\n${name} (${file})\n${table(file)}`)
      .join('\n');
  }
}

function table(file: string): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const rows = topFunctions(profile, SHOWN).map(({ name, milliseconds, share }) => [
    name,
    milliseconds.toFixed(0),
    `${(100 * share).toFixed(1)} %`,
  ]);
  return renderTable(['function, without what it calls', 'ms', 'of busy'], rows);
}

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedProcess } from '../../mesh';
import { renderTable } from '../report';
import { type CpuProfile, topFunctions } from './summarize';

const SHOWN = 25;

/** Has every Node process of the mesh write a CPU profile when it ends, and tells what took most. */
export class Profiler {
  private readonly names = new Map<number, string>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** For the processes to be profiled. */
  get environment(): Record<string, string> {
    return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${this.folder}` };
  }

  /** Profiles are named by pid: these are the names people know. */
  learn(processes: readonly NamedProcess[]): void {
    for (const { name, pid } of processes) this.names.set(pid, name);
  }

  /** The busiest functions of each process, from its start to its end. */
  render(): string {
    const files = readdirSync(this.folder).filter((file) => file.endsWith('.cpuprofile'));
    return files
      .map((file) => ({ file, name: this.names.get(Number(file.split('.')[3])) }))
      .filter(({ name }) => name !== undefined)
      .map(({ file, name = '' }) => `\n${name} (${join(this.folder, file)})\n${this.table(file)}`)
      .join('\n');
  }

  private table(file: string): string {
    const profile = JSON.parse(readFileSync(join(this.folder, file), 'utf8')) as CpuProfile;
    const rows = topFunctions(profile, SHOWN).map(({ name, milliseconds, share }) => [
      name,
      milliseconds.toFixed(0),
      `${(100 * share).toFixed(1)} %`,
    ]);
    return renderTable(['function, without what it calls', 'ms', 'of busy'], rows);
  }
}

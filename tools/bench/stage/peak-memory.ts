import { readFileSync } from 'node:fs';
import { type Reading } from '../report/series';
import { type Stage } from './stage';

/** The most memory each orchestrator ever held, in MB; nothing where there is no /proc. */
export function peakMemory(stage: Stage): Reading[] {
  if (process.platform !== 'linux') return [];
  return stage.mesh.processes
    .filter(({ name }) => name.startsWith('orchestrator'))
    .map(({ pid }) => {
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return { metric: 'orchestrator memory', unit: 'MB', value: Number(peak) / 1024 };
    });
}

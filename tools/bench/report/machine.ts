import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures depend on besides the code. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Of the services, as they say themselves: `PostgreSQL: 18.4`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Over the last minute before the bench began. */
  readonly loadBefore: number;
}

export function describeMachine(versions: Readonly<Record<string, string>>): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    versions,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Jiffies the whole machine has been busy since it started, and in all. Undefined where there is no /proc. */
export function machineTicks(): { busy: number; total: number } | undefined {
  if (process.platform !== 'linux') return undefined;
  return parseMachineTicks(readFileSync('/proc/stat', 'utf8'));
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal. */
export function parseMachineTicks(text: string): { busy: number; total: number } {
  const [line = ''] = text.split('\n', 1);
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total };
}

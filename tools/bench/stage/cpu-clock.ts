import { readFileSync } from 'node:fs';
import { machineTicks } from '../report';

/** /proc counts CPU time in hundredths of a second on every Linux that Node supports. */
const TICK_MICROSECONDS = 10_000;

export interface ProcessTicks {
  readonly own: number;
  /** Of its children that have ended. */
  readonly ended: number;
}

/** The stat line of a process in /proc; the name in brackets may hold anything. */
export function parseProcessTicks(text: string): ProcessTicks {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const sum = (first: number, second: number): number => Number(fields[first]) + Number(fields[second]);
  return { own: sum(11, 12), ended: sum(13, 14) };
}

function ticksOf(pid: number, withChildren: boolean): number {
  try {
    const { own, ended } = parseProcessTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return withChildren ? own + ended + childTicks(pid) : own;
  } catch {
    return 0; // it has ended; its parent has its time now
  }
}

function childTicks(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  if (children === '') return 0;
  return children.split(' ').reduce((sum, child) => sum + ticksOf(Number(child), true), 0);
}

/** A part of the mesh. The database's sessions are processes of their own, children of the server. */
interface Role {
  readonly pids: readonly number[];
  readonly withChildren?: boolean;
}
export type Roles = Readonly<Record<string, Role>>;

export interface CpuSpent {
  /** CPU microseconds by role. */
  readonly micros: Readonly<Record<string, number>>;
  /** The share of the machine that no role accounts for. */
  readonly others: number;
}

/** What each role spent, by the tasks it was spent on. */
export function perTask({ micros }: CpuSpent, tasks: number): Record<string, number> {
  return Object.fromEntries(Object.entries(micros).map(([role, spent]) => [role, spent / tasks]));
}

function ticksOfRole({ pids, withChildren = false }: Role): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid, withChildren), 0);
}

/**
 * Starts to count; the returned function tells what was spent since, by those who play the roles then: who came
 * meanwhile is counted from its start. Where there is no /proc it tells nothing.
 */
export function startCpuClock(roles: () => Roles): () => CpuSpent {
  const machine = machineTicks();
  if (!machine) return () => ({ micros: {}, others: 0 });
  const read = (): [string, number][] => Object.entries(roles()).map(([name, role]) => [name, ticksOfRole(role)]);
  const before = new Map(read());
  return () => {
    const spent = read().map(([role, ticks]): [string, number] => [role, Math.max(0, ticks - (before.get(role) ?? 0))]);
    const now = machineTicks() ?? machine;
    const own = spent.reduce((sum, [, ticks]) => sum + ticks, 0);
    const others = Math.max(0, now.busy - machine.busy - own) / Math.max(1, now.total - machine.total);
    return { micros: Object.fromEntries(spent.map(([role, ticks]) => [role, ticks * TICK_MICROSECONDS])), others };
  };
}

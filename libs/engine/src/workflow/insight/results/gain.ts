import { sum } from './figures';
import { type Frame, type Group, type Holder, type Unit } from '../../run/unit';
import { type WorkflowRun } from '../../run/workflow-run';
import { endOf, isStarted, neededBy, type Started } from './trace-path';

/** Of a run that started at `start`: how much earlier, in milliseconds, it would have ended if these took no time. */
export function gainOf({ root }: WorkflowRun, start: number, gone: ReadonlySet<Started>, now: Date): number {
  const touched = new Set<Unit>();
  for (const unit of gone) for (let at: Unit | undefined = unit; at; at = at.holder.owner) touched.add(at);
  return new Gain(gone, touched, now).within(root, start);
}

class Gain {
  constructor(
    private readonly gone: ReadonlySet<Unit>,
    private readonly touched: ReadonlySet<Unit>,
    private readonly now: Date,
  ) {}

  /** How much earlier what is in it would have ended. */
  within(holder: Holder, start: number): number {
    return holder.kind === 'frame' ? this.ofFrame(holder, start) : this.ofGroup(holder);
  }

  private of(unit: Started): number {
    if (!this.touched.has(unit)) return 0;
    const start = unit.startedAt.getTime();
    return this.gone.has(unit) ? this.end(unit) - start : this.within(unit.inner as Holder, start);
  }

  /** Its steps again, each as long after its needs as it was, but those. */
  private ofFrame({ graph, units }: Frame, start: number): number {
    const could = new Map<Unit, number>();
    const started = graph.order.map((index) => units[index] as Unit).filter(isStarted);
    for (const unit of started) {
      const needs = neededBy(units, unit).filter(isStarted);
      const began = Math.max(start, ...needs.map((need) => this.end(need)));
      const begins = Math.max(start, ...needs.map((need) => could.get(need) as number));
      could.set(unit, begins + this.end(unit) - began - this.of(unit));
    }
    const ends = started.map((unit) => this.end(unit));
    return decisive(ends, graph.join) - decisive([...could.values()], graph.join);
  }

  /** Those on the path follow each other; the others end as they did. */
  private ofGroup({ units }: Group): number {
    const started = units.filter(isStarted);
    const lastEnd = (isOn: boolean): number =>
      started.reduce((last, unit) => (this.touched.has(unit) === isOn ? Math.max(last, this.end(unit)) : last), 0);
    const room = Math.max(0, lastEnd(true) - lastEnd(false));
    return Math.min(room, sum(started.map((unit) => this.of(unit))));
  }

  private end(unit: Unit): number {
    return endOf(unit, this.now);
  }
}

/** When enough have ended; what was stopped with the rest ended then, too. */
function decisive(ends: readonly number[], join: 'all' | number): number {
  const sorted = [...ends].sort((one, other) => one - other);
  return sorted[join === 'all' ? sorted.length - 1 : Math.min(join, sorted.length) - 1] as number;
}

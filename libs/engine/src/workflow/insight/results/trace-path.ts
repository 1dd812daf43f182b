import { type GraphNode } from '../../document/graph';
import { type Holder, type Unit } from '../../run/unit';
import { type WorkflowRun } from '../../run/workflow-run';

/** A unit that has been started. */
export type Started = Unit & { readonly startedAt: Date };

export function endOf({ finishedAt }: Unit, now: Date): number {
  return (finishedAt ?? now).getTime();
}

/**
 * The units without anything inside that determined the end of the run, first to last: the one that ended last, of what
 * it needed that which ended last, and so on back to the start. What is under way ends `now`.
 */
export function tracePath(run: WorkflowRun, now: Date): Started[] {
  const tracer = new Tracer(now);
  const path: Started[] = [];
  for (let unit = tracer.last(run.root.units); unit; unit = tracer.before(unit)) {
    unit = tracer.innermost(unit);
    path.push(unit);
  }
  return path.reverse();
}

class Tracer {
  private readonly seen = new Set<Unit>();
  /** Of patterns: their children that have ended, the first first. */
  private readonly endedIn = new Map<Holder, readonly Started[]>();

  constructor(private readonly now: Date) {}

  /** The one that ended last; of several one that was not stopped by the end of another, and then took longest. */
  last(units: readonly Unit[]): Started | undefined {
    let last: Started | undefined;
    for (const unit of units) {
      if (!isStarted(unit) || this.seen.has(unit)) continue;
      if (!last || this.order(unit, last) > 0) last = unit;
    }
    return last;
  }

  /** What inside it ended last, and so on. */
  innermost(unit: Started): Started {
    let found = unit;
    for (let next: Started | undefined = unit; next; next = this.last(next.inner?.units ?? [])) {
      found = next;
      this.seen.add(next);
    }
    return found;
  }

  /** What it, or else what is around it, had to wait for. */
  before(unit: Started): Started | undefined {
    for (let at: Unit | undefined = unit; at; at = at.holder.owner) {
      const before = this.beforeIn(at.holder, at as Started);
      if (before) return before;
    }
    return undefined;
  }

  /** A step waits for its needs; a child of a pattern for a place that a sibling leaves, or for what that one gave. */
  private beforeIn(holder: Holder, unit: Started): Started | undefined {
    if (holder.kind === 'frame') return this.last(neededBy(holder.units, unit));
    const ended = this.endedChildren(holder);
    const start = unit.startedAt.getTime();
    let place = ended.length;
    for (let low = 0; low < place;) {
      const middle = (low + place) >> 1;
      if (endOf(ended[middle] as Started, this.now) <= start) low = middle + 1;
      else place = middle;
    }
    for (place -= 1; place >= 0; place -= 1) if (!this.seen.has(ended[place] as Started)) return ended[place];
    return undefined;
  }

  private endedChildren(group: Holder): readonly Started[] {
    const known = this.endedIn.get(group);
    if (known) return known;
    const ended = group.units.filter(isStarted).filter(({ finishedAt }) => finishedAt !== null);
    ended.sort((one, other) => this.order(one, other));
    this.endedIn.set(group, ended);
    return ended;
  }

  private order(one: Started, other: Started): number {
    const difference = endOf(one, this.now) - endOf(other, this.now);
    return difference || hasGiven(one) - hasGiven(other) || other.startedAt.getTime() - one.startedAt.getTime();
  }
}

/** What a step needs; of what was skipped, also what that had needed. */
export function neededBy(units: readonly Unit[], { node }: Unit): Unit[] {
  const found = new Set<Unit>();
  const open = [...(node as GraphNode).needs];
  for (let need = open.pop(); need !== undefined; need = open.pop()) {
    const unit = units[need] as Unit;
    if (unit.startedAt === null && !found.has(unit)) open.push(...(unit.node as GraphNode).needs);
    found.add(unit);
  }
  return [...found];
}

export function isStarted(unit: Unit): unit is Started {
  return unit.startedAt !== null;
}

function hasGiven({ state }: Unit): number {
  return Number(state === 'completed');
}

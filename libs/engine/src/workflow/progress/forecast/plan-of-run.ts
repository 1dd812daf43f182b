import { type Body, type StepGraph, type WaitBody } from '../../document/graph';
import { type Frame, type Unit } from '../../run/unit';
import { type WorkflowRun } from '../../run/workflow-run';
import { type ForecastPlan } from './plan';
import { type ForecastKnowledge, PlanBuilder, type Span, Unforeseeable } from './plan-builder';
import { planPattern } from './plan-pattern';
import { type BodyPlanner, type Place } from './place';

/** What is left of a run, for a forecast; undefined when something of it cannot be known, such as who signals when. */
export function planOfRun(run: WorkflowRun, now: Date, known: ForecastKnowledge): ForecastPlan | undefined {
  try {
    return new RunPlan(new PlanBuilder(known), now).whole(run);
  } catch (error) {
    if (error instanceof Unforeseeable) return undefined;
    throw error;
  }
}

class RunPlan implements BodyPlanner {
  constructor(
    readonly builder: PlanBuilder,
    private readonly now: Date,
  ) {}

  whole({ graph, root }: WorkflowRun): ForecastPlan {
    const lanes = Number.isFinite(graph.concurrency) ? [this.builder.lane(graph.concurrency)] : [];
    return this.builder.plan(this.graph(graph, { key: '', lanes, unit: undefined }, root));
  }

  /** What is left of a step, an element or a child. */
  body(body: Body, place: Place): Span {
    switch (body.kind) {
      case 'task':
        return this.builder.work(body.capability, place.lanes, this.elapsedMs(place.unit));
      case 'wait':
        return this.builder.pause(this.waitMs(body, place));
      case 'steps':
        return this.graph(body.graph, place, frameOf(place.unit));
      case 'workflow': {
        const graph = body.graph();
        const own = Number.isFinite(graph.concurrency) ? [this.builder.lane(graph.concurrency)] : [];
        return this.graph(graph, { ...place, lanes: [...place.lanes, ...own] }, frameOf(place.unit));
      }
      case 'pattern':
        return planPattern(this, body, place);
    }
  }

  /** Nodes that have ended are not part of it. */
  private graph(graph: StepGraph, { key, lanes }: Place, frame: Frame | undefined): Span {
    const spans = new Map<number, Span>();
    for (const index of graph.order) {
      const node = graph.nodes[index] as StepGraph['nodes'][number];
      const unit = frame?.units[index];
      if (unit && unit.finishedAt !== null) continue;
      const path = key === '' ? node.id : `${key}/${node.id}`;
      const span = this.body(node.body, { key: path, lanes, unit, step: node.step });
      spans.set(index, span);
      this.follow(node.needs, spans, span);
    }
    const completed = frame?.completed ?? 0;
    return this.builder.around([...spans.values()], graph.join === 'all' ? undefined : graph.join - completed);
  }

  /** What has ended is not waited for. */
  private follow(needs: readonly number[], spans: ReadonlyMap<number, Span>, span: Span): void {
    for (const need of needs) {
      const before = spans.get(need);
      if (before) this.builder.join(before, span);
    }
  }

  private elapsedMs(unit: Unit | undefined): number | null {
    if (!unit || unit.startedAt === null || unit.taskId === null) return null;
    const since = this.builder.known.assignedAt(unit.key, unit.taskId);
    if (since === null) return null;
    return Math.max(0, this.now.getTime() - (since ?? unit.startedAt).getTime());
  }

  private waitMs({ signal }: WaitBody, { unit, step }: Place): number {
    if (signal !== undefined) throw new Unforeseeable('Who knows when somebody sends a signal.');
    if (unit?.wakesAt != null) return Math.max(0, unit.wakesAt - this.now.getTime());
    const { wait } = (step ?? {}) as { readonly wait?: { readonly seconds?: unknown } };
    if (typeof wait?.seconds === 'number') return wait.seconds * 1000;
    throw new Unforeseeable('How long it waits is found out when it begins.');
  }
}

function frameOf(unit: Unit | undefined): Frame | undefined {
  return unit?.inner?.kind === 'frame' ? unit.inner : undefined;
}

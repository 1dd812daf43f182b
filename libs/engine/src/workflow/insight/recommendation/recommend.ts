import { type JsonObject, type WorkflowId } from '@baton/contracts';
import { chanceFrom } from '../../../scheduling/chance';
import { type WorkflowGraph } from '../../document/graph';
import { type DurationStats, type ForecastKnowledge, forecastOf, planOfRun, simulate } from '../../progress/forecast';
import { createRun } from '../../run/workflow-run';
import { type Elements, elementsOf } from './elements';
import { reasonsFor } from './reasons';
import { type Candidate, type Load, type Recommendation, type RecommendationKnowledge } from './recommendation';
import { type ForEachNode, type Shape, shapeOf, streamsOf } from './shape';
import { asPipeline, type Places, stagesOf, withConcurrency, withoutWaits } from './variants';

/** Taken for what has never been done: about a second, give or take much. */
const GUESS: DurationStats = { count: 1, meanLog: Math.log(1000), varianceLog: 1 };
/** So much longer than the best is as good. */
const AS_GOOD = 1.05;
const SEED = 5;
/** Each candidate is played so often; over all plays so many jobs, but for large documents. */
const [FEWEST_PLAYS, MOST_PLAYS, MOST_JOBS] = [5, 60, 20_000];

/** Awaited after each play, for others to have their turn. */
type Pause = () => Promise<void>;

/** Which execution would do best, by playing each as a list schedule. Undefined: there is too much of it to play. Pure. */
export async function recommend(
  written: WorkflowGraph,
  input: JsonObject,
  known: RecommendationKnowledge,
  pause: Pause = () => Promise.resolve(),
): Promise<Recommendation | undefined> {
  const { graph, waits } = withoutWaits(written);
  const elements = await elementsOf(graph, { ...graph.document.input, ...input }, (key) => known.childrenOf(key));
  const study = new Study(known, elements, pause);
  const asWritten = await study.play(graph, { execution: 'as-written', concurrency: limitOf(graph) });
  if (!asWritten) return undefined;
  const loads = study.loads();
  const shape = shapeOf(written);
  const places: Places = (capability) => Math.max(1, known.slotsOf(capability) ?? 1);
  const candidates = [asWritten, ...(await study.others(graph, places))];
  const best = chosen(candidates);
  const facts = { shape, loads, candidates, best, waits, elements };
  return {
    ...{ execution: best.execution, concurrency: best.concurrency, pattern: patternOf(best, shape) },
    ...{ makespanMs: best.makespanMs, lowMs: best.lowMs, highMs: best.highMs },
    ...reasonsFor(facts),
    ...{
      candidates,
      shape,
      loads,
      unknown: loads.filter((load) => load.known === 0).map(({ capability }) => capability),
    },
  };
}

function limitOf({ concurrency }: WorkflowGraph): number | null {
  return Number.isFinite(concurrency) ? concurrency : null;
}

/** Of those that are about as fast as the fastest what changes least, then what needs the fewest places. */
function chosen(candidates: readonly Candidate[]): Candidate {
  const fastest = Math.min(...candidates.map(({ makespanMs }) => makespanMs));
  return candidates.find(({ makespanMs }) => makespanMs <= fastest * AS_GOOD) as Candidate;
}

function patternOf({ execution }: Candidate, { kind }: Shape): Recommendation['pattern'] {
  if (execution !== 'as-written') return execution;
  return kind === 'chain' ? 'sequential' : 'parallel';
}

type Way = Pick<Candidate, 'execution' | 'concurrency'> & Partial<Pick<Candidate, 'stages'>>;

/** Plays executions of one document, all with the same chances. */
class Study {
  /** In the order in which plans name them. */
  private readonly used: string[] = [];
  private tasks: readonly number[] = [];

  constructor(
    private readonly known: RecommendationKnowledge,
    private readonly elements: Elements,
    private readonly pause: Pause,
  ) {}

  /** Undefined: something of it cannot be foreseen, or there is too much. */
  async play(graph: WorkflowGraph, way: Way, knows: Partial<ForecastKnowledge> = {}): Promise<Candidate | undefined> {
    this.used.length = 0;
    const run = createRun('recommended' as WorkflowId, graph);
    const plan = planOfRun(run, new Date(0), { ...this.knowledge(), ...knows });
    if (!plan) return undefined;
    this.tasks = plan.kinds.map(
      (_kind, index) => plan.jobs.filter(({ queue }) => queue >= 0 && plan.queues[queue]?.kind === index).length,
    );
    const plays: number[] = [];
    const most = Math.max(FEWEST_PLAYS, Math.min(MOST_PLAYS, Math.floor(MOST_JOBS / plan.jobs.length)));
    for (const uniform = chanceFrom(SEED); plays.length < most; await this.pause()) plays.push(simulate(plan, uniform));
    const { ms, lowMs, highMs } = forecastOf(plays, plan.guessed);
    return { stages: [], ...way, makespanMs: ms, lowMs, highMs };
  }

  /** Pipelines first, then few at once before many. */
  async others(graph: WorkflowGraph, places: Places): Promise<Candidate[]> {
    const found: (Candidate | undefined)[] = [];
    for (const stream of streamsOf(graph)) found.push(await this.streaming(graph, stream, places));
    const most = Math.min(64, Math.max(1, ...this.tasks, sumOf(this.used.map(places))));
    found.push(await this.play(withConcurrency(graph, 1), { execution: 'sequential', concurrency: 1 }));
    for (let width = 2; width < most; width *= 2) {
      found.push(await this.play(withConcurrency(graph, width), { execution: 'parallel', concurrency: width }));
    }
    found.push(await this.play(withConcurrency(graph, Infinity), { execution: 'parallel', concurrency: null }));
    return found.filter((candidate) => candidate !== undefined);
  }

  private streaming(graph: WorkflowGraph, stream: readonly ForEachNode[], places: Places) {
    const first = (stream[0] as ForEachNode).id;
    const { counts } = this.elements;
    const children = new Map([...counts, [first, (counts.get(first) as number) * stream.length]]);
    return this.play(
      asPipeline(withConcurrency(graph, Infinity), stream, places),
      { execution: 'pipeline', concurrency: null, stages: stagesOf(stream, places) },
      { childrenOf: (key) => children.get(key) },
    );
  }

  /** Of what was played last. */
  loads(): Load[] {
    return this.used.map((capability, index) => {
      const stats = this.known.durationsOf(capability);
      const { meanLog, varianceLog } = stats ?? GUESS;
      const meanMs = Math.exp(meanLog + varianceLog / 2);
      const tasks = this.tasks[index] as number;
      const slots = this.known.slotsOf(capability) ?? null;
      return {
        capability,
        tasks,
        meanMs,
        slots,
        boundMs: (tasks * meanMs) / Math.max(1, slots ?? 1),
        known: stats?.count ?? 0,
      };
    });
  }

  private knowledge(): ForecastKnowledge {
    return {
      durationsOf: (capability) => {
        this.used.push(capability);
        return this.known.durationsOf(capability) ?? GUESS;
      },
      slotsOf: (capability) => this.known.slotsOf(capability) ?? 1,
      childrenOf: (key) => this.elements.counts.get(key),
      assignedAt: () => undefined,
    };
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

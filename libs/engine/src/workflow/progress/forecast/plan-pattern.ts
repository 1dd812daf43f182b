import { type Pipeline } from '@baton/contracts';
import { type Body, type PatternBody } from '../../document/graph';
import { type Group } from '../../run/unit';
import { plannedChildren } from '../share-done';
import { type Span, Unforeseeable } from './plan-builder';
import { type BodyPlanner, type Place } from './place';

/** Fields of steps as they are written, as far as they bound what runs at once. */
interface Written {
  readonly concurrency?: number;
  readonly population?: number | string;
  readonly agents?: number;
}

/** What is left of a pattern: the children there are, and those that are expected to come. */
export function planPattern(plan: BodyPlanner, body: PatternBody, place: Place): Span {
  const group = place.unit?.inner?.kind === 'group' ? place.unit.inner : undefined;
  const child = (index: number, part: Body, lanes: readonly number[]): Span =>
    plan.body(part, { key: place.key, lanes: [...place.lanes, ...lanes], unit: group?.units[index] });
  const left = openChildren(group, expectedChildren(plan, body, place, group));
  if ((group?.units.length ?? 0) > 0) return planChildren(plan, { body, place, left }, child);
  return plan.builder.guess(() => planChildren(plan, { body, place, left }, child));
}

interface Children {
  readonly body: PatternBody;
  readonly place: Place;
  readonly left: readonly number[];
}

function planChildren(plan: BodyPlanner, { body, place, left }: Children, child: PlanChild): Span {
  const { name } = body.pattern;
  const written = body.document as Written;
  if (name === 'pipeline') return planPipeline(plan, body, left, child);
  if (name === 'swarm') return planRounds(plan, body, left, child);
  const lanes = written.concurrency === undefined ? [] : [plan.builder.lane(written.concurrency)];
  return plan.builder.around(left.map((index) => child(index, partOf(place, body, index), lanes)));
}

type PlanChild = (index: number, part: Body, lanes: readonly number[]) => Span;

/** An item goes through the stages one after the other; a stage takes so many at once. */
function planPipeline(plan: BodyPlanner, body: PatternBody, left: readonly number[], child: PlanChild): Span {
  const { stages, order } = body.document as unknown as Pipeline;
  const lanes = stages.map(({ concurrency = 1 }, stage) => [
    plan.builder.lane(concurrency, order !== 'any' || stage === 0),
  ]);
  const spans = new Map<number, Span>();
  for (const index of left) {
    const stage = index % body.parts.length;
    const span = child(index, body.parts[stage] as Body, lanes[stage] as number[]);
    const before = stage === 0 ? undefined : spans.get(index - 1);
    if (before) plan.builder.join(before, span);
    spans.set(index, span);
  }
  return plan.builder.around([...spans.values()]);
}

/** A round begins when the one before it has ended. */
function planRounds(plan: BodyPlanner, body: PatternBody, left: readonly number[], child: PlanChild): Span {
  const { population } = body.document as Written;
  const size = typeof population === 'number' ? population : Math.max(1, left.length);
  const rounds = new Map<number, Span[]>();
  for (const index of left) {
    const round = Math.floor(index / size);
    const spans = rounds.get(round) ?? [];
    rounds.set(round, [...spans, child(index, body.parts[0] as Body, [])]);
  }
  const whole = [...rounds.values()].map((spans) => plan.builder.around(spans));
  for (const [index, round] of whole.entries()) {
    const next = whole[index + 1];
    if (next) plan.builder.join(round, next);
  }
  return plan.builder.around(whole);
}

/** How many children there will have been; those there are when more cannot be told. */
function expectedChildren(plan: BodyPlanner, body: PatternBody, place: Place, group: Group | undefined): number {
  const there = group?.units.length ?? 0;
  if (there > 0 && body.pattern.name !== 'swarm') return there;
  const planned = plannedFirst(body);
  const usual = body.pattern.name === 'auction' ? 1 : plan.builder.known.childrenOf(plainKey(place.key));
  const expected = Math.min(usual ?? Infinity, planned ?? Infinity);
  if (Number.isFinite(expected)) return Math.max(there, Math.round(expected));
  if (there === 0) throw new Unforeseeable('How much it is shows when it begins.');
  return there;
}

/** A consensus mostly ends with its first round. */
function plannedFirst(body: PatternBody): number | undefined {
  return body.pattern.name === 'consensus' ? (body.document as Written).agents : plannedChildren(body.document);
}

function openChildren(group: Group | undefined, count: number): number[] {
  const left: number[] = [];
  for (let index = 0; index < count; index += 1) {
    if (group?.units[index]?.finishedAt == null) left.push(index);
  }
  return left;
}

function partOf({ unit }: Place, body: PatternBody, index: number): Body {
  return unit?.inner?.units[index]?.body ?? (body.parts[0] as Body);
}

/** Steps of one name count together, whichever element they are in. */
export function plainKey(key: string): string {
  return key.replace(/\[\d+\]/g, '');
}

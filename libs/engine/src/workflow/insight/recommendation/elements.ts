import { type JsonObject } from '@baton/contracts';
import { type Body, type StepGraph, type WorkflowGraph } from '../../document/graph';
import { type ForEachNode, streamsOf } from './shape';

/** How many elements the lists of a document have, by the key of the step; and those nobody knows. */
export interface Elements {
  readonly counts: ReadonlyMap<string, number>;
  readonly assumed: readonly string[];
}

/** Taken for a list whose length nobody knows. */
export const ASSUMED = 10;
/** Definitions that use themselves end somewhere. */
const MOST_DEPTH = 8;

/** From the input where the list follows from it, else from earlier runs (`usual`), else a guess. */
export async function elementsOf(
  graph: WorkflowGraph,
  input: JsonObject,
  usual: (key: string) => number | undefined,
): Promise<Elements> {
  const counts = new Map<string, number>();
  const assumed: string[] = [];
  const upstream = new Map(
    streamsOf(graph).flatMap((stream) => stream.slice(1).map(({ id }) => [id, (stream[0] as ForEachNode).id] as const)),
  );
  for (const { key, body } of listsIn(graph, '', MOST_DEPTH)) {
    const perElement = body.pattern.name === 'pipeline' ? body.parts.length : 1;
    const length = await lengthOf(body, input);
    const fresh = length === undefined ? usual(key) : length * perElement;
    const count = counts.get(upstream.get(key) ?? '') ?? fresh;
    if (count === undefined) assumed.push(key);
    counts.set(key, count ?? ASSUMED * perElement);
  }
  return { counts, assumed };
}

interface List {
  readonly key: string;
  readonly body: Extract<Body, { kind: 'pattern' }>;
}

function listsIn({ nodes, order }: StepGraph, prefix: string, depth: number): List[] {
  return order.flatMap((index) => {
    const node = nodes[index] as StepGraph['nodes'][number];
    return listsOf(node.body, prefix + node.id, depth);
  });
}

function listsOf(body: Body, key: string, depth: number): List[] {
  if (depth === 0) return [];
  if (body.kind === 'steps') return listsIn(body.graph, `${key}/`, depth - 1);
  if (body.kind === 'workflow') return listsIn(body.graph(), `${key}/`, depth - 1);
  if (body.kind !== 'pattern') return [];
  const inside = body.parts.flatMap((part) => listsOf(part, key, depth - 1));
  const isList = body.pattern.name === 'forEach' || body.pattern.name === 'pipeline';
  return isList ? [{ key, body }, ...inside] : inside;
}

/** Where it needs nothing but the input. */
async function lengthOf({ params }: List['body'], input: JsonObject): Promise<number | undefined> {
  const names = params.expressions.flatMap(({ references }) => [...references.steps, ...references.names]);
  if (names.some((name) => name !== 'input')) return undefined;
  const filled = await params.fill({ input }, new Date(0));
  if (!filled.ok) return undefined;
  const { forEach, items = forEach ?? null } = filled.value as { readonly forEach?: unknown; readonly items?: unknown };
  if (items === null) return undefined;
  return Array.isArray(items) ? items.length : 1;
}

import { type GraphNode, type PatternBody, type StepGraph } from '../../document/graph';
import { plainPath } from '../../expressions/plain-path';
import { grouped } from '../results/figures';

type ShapeKind = 'single' | 'chain' | 'independent' | 'graph';

/** What the outermost steps of a document look like. */
export interface Shape {
  readonly kind: ShapeKind;
  readonly steps: number;
  /** Steps of the longest chain. */
  readonly depth: number;
  /** Most steps that are as far from the start, so that they may run at once. */
  readonly width: number;
  readonly edges: number;
  readonly maxFanIn: number;
  readonly maxFanOut: number;
  /** Steps with forEach, each over what the one before it gave and nothing else: their elements could stream. */
  readonly streams: readonly (readonly string[])[];
  /** Steps that give one capability the same input. */
  readonly alike: readonly { readonly capability: string; readonly steps: readonly string[] }[];
}

export interface ForEachNode extends GraphNode {
  readonly body: PatternBody;
}

export function shapeOf(graph: StepGraph): Shape {
  const { nodes } = graph;
  const levels = levelsOf(graph);
  const atLevel = grouped(levels, (level) => level).map(([, group]) => group.length);
  const depth = atLevel.length;
  const edges = nodes.reduce((sum, node) => sum + node.needs.length, 0);
  return {
    kind: kindOf(nodes.length, depth, edges),
    ...{ steps: nodes.length, depth, width: Math.max(...atLevel), edges },
    maxFanIn: Math.max(...nodes.map(({ needs }) => needs.length)),
    maxFanOut: Math.max(...nodes.map(({ dependents }) => dependents.length)),
    streams: streamsOf(graph).map((stream) => stream.map(({ id }) => id)),
    alike: alikeIn(nodes),
  };
}

function kindOf(steps: number, depth: number, edges: number): ShapeKind {
  if (steps === 1) return 'single';
  if (depth === steps) return 'chain';
  return edges === 0 ? 'independent' : 'graph';
}

function levelsOf({ nodes, order }: StepGraph): number[] {
  const levels: number[] = nodes.map(() => 0);
  for (const index of order) {
    const { needs } = nodes[index] as GraphNode;
    levels[index] = Math.max(-1, ...needs.map((need) => levels[need] as number)) + 1;
  }
  return levels;
}

/** The longest ones, of two steps or more. */
export function streamsOf({ nodes, order }: StepGraph): ForEachNode[][] {
  const nextOf = new Map<GraphNode, ForEachNode>();
  for (const index of order) {
    const node = nodes[index] as GraphNode;
    const before = streamsFrom(nodes, node);
    if (before) nextOf.set(before, node as ForEachNode);
  }
  const later = new Set<GraphNode>(nextOf.values());
  return [...nextOf.keys()]
    .filter((node) => !later.has(node))
    .map((first) => {
      const stream = [first as ForEachNode];
      for (let next = nextOf.get(first); next; next = nextOf.get(next)) stream.push(next);
      return stream;
    });
}

/** The step whose elements are this one's, one for one; nothing else may need them, and this one nothing else. */
function streamsFrom(nodes: readonly GraphNode[], node: GraphNode): GraphNode | undefined {
  const [need] = node.needs;
  if (!isForEach(node) || need === undefined || node.needs.length > 1 || node.when) return undefined;
  const before = nodes[need] as GraphNode;
  const list = (node.step.forEach as string).replace(/^\s*\$\{\{/, '').replace(/\}\}\s*$/, '');
  const isWhole = plainPath(list)?.join('.') === `steps.${before.id}.output`;
  return isWhole && isForEach(before) && before.dependents.length === 1 ? before : undefined;
}

function isForEach({ body }: GraphNode): boolean {
  return body.kind === 'pattern' && body.pattern.name === 'forEach';
}

function alikeIn(nodes: readonly GraphNode[]): Shape['alike'] {
  const tasks = nodes.flatMap(({ id, body, step, needs }) => {
    const { input = null } = step as { readonly input?: unknown };
    return body.kind === 'task'
      ? [{ id, capability: body.capability, same: JSON.stringify([body.capability, input, needs]) }]
      : [];
  });
  return grouped(tasks, ({ same }) => same)
    .filter(([, group]) => group.length > 1)
    .map(([, group]) => ({
      capability: (group[0] as (typeof tasks)[number]).capability,
      steps: group.map(({ id }) => id),
    }));
}

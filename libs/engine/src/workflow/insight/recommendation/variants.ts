import { pipeline } from '../../patterns/pipeline/pipeline';
import { type Body, type GraphNode, type WorkflowGraph } from '../../document/graph';
import { type ForEachNode } from './shape';

/** The same work with other limits: `concurrency` tasks at once in all, elements without limits of their own. */
export function withConcurrency(graph: WorkflowGraph, concurrency: number): WorkflowGraph {
  return { ...graph, concurrency, nodes: graph.nodes.map((node) => ({ ...node, body: unlimited(node.body) })) };
}

function unlimited(body: Body): Body {
  if (body.kind !== 'pattern' || body.pattern.name !== 'forEach') return body;
  const { concurrency: _limit, ...document } = body.document;
  return { ...body, document };
}

/** What nobody can foresee takes no time; which steps that are comes with it. */
export function withoutWaits(graph: WorkflowGraph): {
  readonly graph: WorkflowGraph;
  readonly waits: readonly string[];
} {
  const waits: string[] = [];
  const nodes = graph.nodes.map((node) => {
    if (node.body.kind !== 'wait') return node;
    waits.push(node.id);
    return { ...node, body: nothing };
  });
  return { graph: { ...graph, nodes }, waits };
}

const nothing: Body = {
  kind: 'steps',
  pattern: 'parallel',
  graph: { nodes: [], indexOf: new Map(), order: [], output: undefined, join: 'all' },
  timeoutSeconds: undefined,
};

/** How many a stage has at once. */
export type Places = (capability: string) => number;

/** The same graph with the elements of these steps streaming through one pipeline in place of the first of them. */
export function asPipeline(graph: WorkflowGraph, stream: readonly ForEachNode[], places: Places): WorkflowGraph {
  const [first] = stream as [ForEachNode, ...ForEachNode[]];
  const last = stream.at(-1) as ForEachNode;
  const inside = new Map(stream.map((node) => [node.index, first.index]));
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.index === first.index) return { ...node, body: streaming(stream, places), dependents: last.dependents };
    if (inside.has(node.index)) return { ...node, body: nothing, needs: [] };
    return { ...node, needs: node.needs.map((need) => inside.get(need) ?? need) };
  });
  // The pipeline stands where its first step stood: what needs it came after the last, so the order holds.
  return { ...graph, nodes };
}

function streaming(stream: readonly ForEachNode[], places: Places): Body {
  const { body } = stream[0] as ForEachNode;
  const parts = stream.map((node) => node.body.parts[0] as Body);
  const stages = parts.map((part) => ({ concurrency: part.kind === 'task' ? places(part.capability) : 1 }));
  return { ...body, pattern: pipeline, parts, document: { pattern: 'pipeline', items: [], stages } as never };
}

/** What stages of such a pipeline would have. */
export function stagesOf(stream: readonly ForEachNode[], places: Places) {
  return stream.map(({ id, body }) => {
    const [part] = body.parts as readonly [Body];
    const capability = part.kind === 'task' ? part.capability : null;
    return { id, capability, concurrency: capability === null ? 1 : places(capability) };
  });
}

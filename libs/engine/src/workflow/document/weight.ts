import { type Body } from './graph';

/** How many tasks one after the other the body is, as far as the document tells: what chains are measured by. */
export function weightOf(body: Body): number {
  if (body.kind === 'pattern') return Math.max(1, ...body.parts.map(weightOf));
  if (body.kind !== 'steps') return 1;
  return Math.max(1, ...body.graph.nodes.map((node) => node.stepsBehind + weightOf(node.body)));
}

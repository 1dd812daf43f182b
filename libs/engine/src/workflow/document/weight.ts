import { type Body } from './graph';

/** How many tasks one after the other the body is, as far as the document tells: what chains are measured by. */
export function weightOf(body: Body): number {
  if (body.kind === 'pattern') return weightOfPattern(body);
  if (body.kind !== 'steps') return 1;
  return Math.max(1, ...body.graph.nodes.map((node) => node.stepsBehind + weightOf(node.body)));
}

/** An item goes through all stages of a pipeline; of other patterns the children are alternatives. */
function weightOfPattern({ pattern, parts }: Extract<Body, { kind: 'pattern' }>): number {
  const weights = parts.map(weightOf);
  if (pattern.name === 'pipeline') return weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(1, ...weights);
}

import assert from 'node:assert';
import { type FieldFault, type JsonObject } from '@baton/contracts';
import { compileWorkflow, type MeshKnowledge } from './compile-workflow';
import { type Body, type GraphNode, type WorkflowGraph } from './graph';

export const anything: MeshKnowledge = { capability: () => undefined };

/** The graph of a document that has no faults. */
export function graphOf(document: unknown, knows: MeshKnowledge = anything): WorkflowGraph {
  const compiled = compileWorkflow(document, knows);
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.graph;
}

/** The faults of a document that has some. */
export function faultsOf(document: unknown, knows: MeshKnowledge = anything): readonly FieldFault[] {
  const compiled = compileWorkflow(document, knows);
  assert.ok(!compiled.ok);
  return compiled.faults;
}

/** Faults of these steps as `path: message`. */
export function told(steps: readonly unknown[], knows: MeshKnowledge = anything): string[] {
  return faultsOf({ name: 'w', steps }, knows).map(({ path, message }) => `${path}: ${message}`);
}

/** The body of a step of this kind, which has the id `a`; `first` and `my-step` come before it. */
export function bodyOf<Kind extends Body['kind']>(kind: Kind, step: JsonObject): Extract<Body, { kind: Kind }> {
  const before = ['first', 'my-step'].map((id) => ({ id, capability: 'probe.echo' }));
  const { nodes } = graphOf({ name: 'w', steps: [...before, { id: 'a', ...step }] });
  const { body } = nodes[2] as GraphNode;
  assert.equal(body.kind, kind);
  return body as Extract<Body, { kind: Kind }>;
}

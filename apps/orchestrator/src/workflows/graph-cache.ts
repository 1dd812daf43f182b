import { type WorkflowId } from '@baton/contracts';
import { compileWorkflow, type WorkflowGraph } from '@baton/engine';
import { LRUCache } from 'lru-cache';

/** Nodes kept in memory, over all graphs. */
const MAX_NODES = 100_000;

/** Compiled definitions by workflow. A definition never changes once it is stored, so neither does its graph. */
export class GraphCache {
  private readonly graphs = new LRUCache<WorkflowId, WorkflowGraph>({
    maxSize: MAX_NODES,
    sizeCalculation: (graph) => graph.nodes.length,
  });

  /** `definition` is what the database holds: it was checked when it was stored. */
  of(id: WorkflowId, definition: string): WorkflowGraph {
    const known = this.graphs.get(id);
    if (known) return known;
    const compiled = compileWorkflow(JSON.parse(definition), { capability: () => undefined });
    if (!compiled.ok) throw new Error(`The stored definition of workflow ${id} does not compile any more`);
    this.keep(id, compiled.graph);
    return compiled.graph;
  }

  keep(id: WorkflowId, graph: WorkflowGraph): void {
    this.graphs.set(id, graph);
  }
}

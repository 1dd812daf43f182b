import { type WorkflowId } from '@baton/contracts';
import { compileWorkflow, type StoredDefinition, type WorkflowGraph } from '@baton/engine';
import { LRUCache } from 'lru-cache';
import { knowledgeOfRun } from './mesh-knowledge';

/** Nodes kept in memory, over all graphs. */
const MAX_NODES = 100_000;

/** What a run was created with, as the database holds it: JSON text. */
export interface KeptDefinition {
  readonly id: WorkflowId;
  readonly definition: string;
  readonly definitions: string | null;
}

/** Compiled definitions by workflow. A run keeps what it was created with, so its graph never changes. */
export class GraphCache {
  private readonly graphs = new LRUCache<WorkflowId, WorkflowGraph>({
    maxSize: MAX_NODES,
    sizeCalculation: (graph) => graph.nodes.length,
  });

  /** Throws for what does not compile: it was checked when it was stored, maybe by another version of the mesh. */
  of({ id, definition, definitions }: KeptDefinition): WorkflowGraph {
    const known = this.graphs.get(id);
    if (known) return known;
    const stored = definitions === null ? [] : (JSON.parse(definitions) as StoredDefinition[]);
    const compiled = compileWorkflow(JSON.parse(definition), knowledgeOfRun(stored));
    if (!compiled.ok) throw new Error(`The stored definition of workflow ${id} does not compile any more`);
    this.keep(id, compiled.graph);
    return compiled.graph;
  }

  keep(id: WorkflowId, graph: WorkflowGraph): void {
    this.graphs.set(id, graph);
  }
}

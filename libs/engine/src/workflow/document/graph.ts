import { type StepDocument, type WorkflowDocument } from '@baton/contracts';
import { type Template } from '../expressions/template';

/**
 * A document compiled for running. Nodes stand in the order of the document; edges are indexes into `nodes`.
 * Patterns, sub-workflows, waits and loops are further kinds of node: whatever a document says ends as this graph.
 */
export interface WorkflowGraph {
  readonly document: WorkflowDocument;
  readonly onFailure: 'fail-fast' | 'continue';
  readonly nodes: readonly GraphNode[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Each node after its needs. */
  readonly order: readonly number[];
  readonly output: OutputTemplate | undefined;
}

export interface OutputTemplate {
  readonly template: Template;
  readonly references: readonly number[];
}

interface NodeBase {
  readonly index: number;
  readonly id: string;
  readonly step: StepDocument;
  /** Declared and inferred; the only steps its expressions see. */
  readonly needs: readonly number[];
  readonly dependents: readonly number[];
  /** Steps of the longest chain that waits for this one. */
  readonly stepsBehind: number;
  readonly optional: boolean;
  readonly input: Template;
  readonly when: Template | undefined;
}

/** One task. */
export interface TaskNode extends NodeBase {
  readonly kind: 'task';
}

/** One task per element of a list, at most `concurrency` at once. */
export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly list: Template;
  readonly concurrency: number;
}

export type GraphNode = TaskNode | MapNode;

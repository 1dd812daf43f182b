import {
  type Budget,
  type NamelessStep,
  type StepDocument,
  type Submit,
  type TaskTerms,
  type WorkflowDocument,
} from '@baton/contracts';
import { type Template } from '../expressions/template';
import { type GrowingPattern } from '../patterns/pattern';

/**
 * Steps compiled for running. Nodes stand in the order of the document; edges are indexes into `nodes`. Whatever a
 * document says ends as such graphs, one inside the other: see Body.
 */
export interface StepGraph {
  readonly nodes: readonly GraphNode[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Each node after its needs. */
  readonly order: readonly number[];
  /** Sees every node; default: see StepsBody and WorkflowGraph. */
  readonly output: Template | undefined;
  /** The graph has done its work when so many of its nodes have completed; what is left is canceled then. */
  readonly join: 'all' | number;
}

/** A whole document. Its `document` is a list of steps also where a single pattern was given. */
export interface WorkflowGraph extends StepGraph {
  readonly document: WorkflowDocument;
  readonly onFailure: 'fail-fast' | 'continue';
  /** Seconds from the start of the run. */
  readonly deadlineSeconds: number | undefined;
  readonly concurrency: number;
  readonly budget: Budget;
}

export interface GraphNode {
  readonly index: number;
  readonly id: string;
  readonly step: StepDocument;
  /** Declared and inferred, also from inside its body; with those of the nodes around it the only steps it sees. */
  readonly needs: readonly number[];
  readonly dependents: readonly number[];
  /** Steps of the longest chain in its graph that waits for this one; add those of the nodes around it. */
  readonly stepsBehind: number;
  readonly optional: boolean;
  readonly when: Template | undefined;
  readonly body: Body;
}

/** What a node, an element or a child of a pattern does when it runs. */
export type Body = TaskBody | WaitBody | StepsBody | WorkflowBody | PatternBody;

export interface TaskBody {
  readonly kind: 'task';
  readonly capability: string;
  readonly input: Template;
  readonly terms: TaskTerms;
  readonly timeoutSeconds: number | undefined;
  /** What a coordinator may spawn. */
  readonly spawning: Submit['spawning'];
}

export interface WaitBody {
  readonly kind: 'wait';
  readonly signal: string | undefined;
  readonly onTimeout: 'fail' | 'continue';
  readonly seconds: Template | undefined;
  readonly until: Template | undefined;
  /** Of a signal. */
  readonly timeoutSeconds: number | undefined;
}

/** sequential and parallel. Its steps see what the node around it sees, and each other. Default output: see contracts. */
export interface StepsBody {
  readonly kind: 'steps';
  readonly pattern: 'sequential' | 'parallel';
  readonly graph: StepGraph;
  readonly timeoutSeconds: number | undefined;
}

/** A stored definition as a part of the run; its steps see its own input and each other only. */
export interface WorkflowBody {
  readonly kind: 'workflow';
  readonly name: string;
  readonly version: number;
  /** Must give an object. */
  readonly input: Template;
  /** One graph per definition, however often and deep it is used. */
  graph(): WorkflowGraph;
  readonly timeoutSeconds: number | undefined;
}

/** forEach, pipeline, consensus, auction and swarm: children that are known only while it runs. */
export interface PatternBody {
  readonly kind: 'pattern';
  readonly pattern: GrowingPattern;
  /** The pattern's fields (those in `pattern.params`), evaluated once when it starts, and again after a restart. */
  readonly params: Template;
  /** `pattern.expressions`, by path. Their scope is the variables they are given, and nothing else. */
  readonly expressions: ReadonlyMap<string, Template>;
  /** What its children may do; `ChildPlan.part` is an index into it. */
  readonly parts: readonly Body[];
  readonly timeoutSeconds: number | undefined;
  /** The step as it was written; a stage or element without an id. */
  readonly document: NamelessStep;
}

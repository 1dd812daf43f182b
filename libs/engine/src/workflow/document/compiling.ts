import { type JsonValue, type NamelessStep, type StepDocument } from '@baton/contracts';
import { type GrowingPattern } from '../patterns/pattern';
import { type Body, type StepGraph, type WorkflowBody } from './graph';
import { type Faults, type Sight } from './sight';

/** What the parts of the compiler share while they work on one document. Paths start at the document. */
export interface Compiling extends Faults {
  pattern(name: GrowingPattern['name']): GrowingPattern;
  /** Whether the step at this path has a shape that was refused: only what is wrong in any case is said of it then. */
  isMisshaped(path: string): boolean;
  steps(list: StepList): StepGraph;
  body(step: NamelessStep, place: Place): Body;
  /** The stored definition that a step uses. */
  definition(step: UsedDefinition, path: string): DefinitionUse;
}

/** Where a body is compiled: the path of the step it belongs to, and what can be seen from there. */
export interface Place {
  readonly path: string;
  readonly sight: Sight;
}

export interface UsedDefinition {
  readonly workflow: string;
  readonly definitionVersion?: number;
}

export type DefinitionUse = Pick<WorkflowBody, 'name' | 'version' | 'graph'>;

/** The steps of a document, or of a pattern that has steps. */
export interface StepList {
  readonly entries: readonly StepEntry[];
  /** What can be seen besides each other. */
  readonly outer: Sight;
  /** Each needs the one before. */
  readonly inOrder: boolean;
  readonly join: StepGraph['join'];
  readonly output: JsonValue | undefined;
  readonly outputPath: string;
}

/** A step and where it stands: `steps[2]`. */
export interface StepEntry {
  readonly step: StepDocument;
  readonly path: string;
  /** Its shape was looked at. Not so inside a step of no known kind: then nothing is known of it. */
  readonly isChecked: boolean;
}

/** The steps of a list, also of one whose shape was refused; what is no object at all is left out. */
export function stepEntries(steps: unknown, path: string, isChecked = true): StepEntry[] {
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((step: unknown, index) =>
    step !== null && typeof step === 'object'
      ? [{ step: step as StepDocument, path: `${path}[${index}]`, isChecked }]
      : [],
  );
}

/** The path of a field; the document itself has the path ''. */
export function below(path: string, field: string): string {
  if (path === '' || field === '') return path + field;
  return `${path}.${field}`;
}

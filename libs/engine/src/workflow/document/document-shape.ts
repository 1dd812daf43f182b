import {
  type FieldFault,
  type PatternName,
  patternNames,
  type StepDocument,
  type WorkflowDocument,
} from '@baton/contracts';
import { Ajv, type ErrorObject } from 'ajv';
import { type StepEntry, stepEntries } from './compiling';
import { workflowDocumentSchema } from './document-schema';
import { nestingFaults, sizeFault } from './document-size';
import { shapeFaults } from './shape-faults';
import { isObject } from './walk-steps';

const fits = new Ajv({ allErrors: true, strict: true, verbose: true }).compile(workflowDocumentSchema);

/** What of a document has a shape that can be compiled, and what has not. */
export interface Shape {
  readonly faults: readonly FieldFault[];
  /** As a list of steps; undefined: there is nothing to compile. */
  readonly document: WorkflowDocument | undefined;
  readonly entries: readonly StepEntry[];
  /** Paths of steps that have a fault, but for those whose fault is inside one of their own steps. */
  readonly misshaped: ReadonlySet<string>;
}

/** Checks the document against the limits and the published schema. */
export function checkShape(document: unknown): Shape {
  const tooLarge = sizeFault(document);
  if (tooLarge) return { faults: [tooLarge], document: undefined, entries: [], misshaped: new Set() };
  const faults = fits(document) ? [] : shapeFaults(fits.errors as ErrorObject[]);
  const misshaped = new Set(faults.map(({ path }) => OWNER.exec(path)?.[0] as string));
  if (!isObject(document)) return { faults, document: undefined, entries: [], misshaped };
  return { faults: [...faults, ...nestingFaults(document)], misshaped, ...asSteps(document) };
}

const OWNER = /^(?:\.?steps\[\d+\])*/;

function asSteps(document: Readonly<Record<string, unknown>>): Pick<Shape, 'document' | 'entries'> {
  if (!('pattern' in document)) {
    const entries = stepEntries(document.steps, 'steps');
    return { document: document as unknown as WorkflowDocument, entries };
  }
  const { head, step } = splitPattern(document);
  const whole = { output: `\${{ steps.${step.id}.output }}`, ...head, steps: [step] };
  return { document: whole as unknown as WorkflowDocument, entries: [{ step, path: '', isChecked: true }] };
}

const ofTheRun = ['name', 'description', 'onFailure', 'deadlineSeconds', 'concurrency', 'budget'];
/** Of the other patterns `input` is what their tasks get; only these have an `output` of their own. */
const withRunInput: readonly unknown[] = ['sequential', 'parallel', 'pipeline'];
const withOwnOutput: readonly unknown[] = ['sequential', 'parallel'];

/** A document that is one pattern is a document with that one step. */
function splitPattern(document: Readonly<Record<string, unknown>>): { head: object; step: StepDocument } {
  const { pattern } = document;
  const fields = [...ofTheRun];
  if (withRunInput.includes(pattern)) fields.push('input');
  if (!withOwnOutput.includes(pattern)) fields.push('output');
  const isHead = ([field]: readonly [string, unknown]): boolean => fields.includes(field);
  const entries = Object.entries(document);
  const id = isPatternName(pattern) ? pattern : 'pattern';
  const step = { ...Object.fromEntries(entries.filter((entry) => !isHead(entry))), id };
  return { head: Object.fromEntries(entries.filter(isHead)), step: step as StepDocument };
}

function isPatternName(word: unknown): word is PatternName {
  return (patternNames as readonly unknown[]).includes(word);
}

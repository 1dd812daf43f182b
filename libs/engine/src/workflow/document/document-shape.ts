import { type FieldFault, type WorkflowDocument } from '@baton/contracts';
import { Ajv, type ErrorObject } from 'ajv';
import { type StepEntry, stepEntries } from './compiling';
import { documentLimits, workflowDocumentSchema } from './document-schema';

const fits = new Ajv({ allErrors: true, strict: true }).compile(workflowDocumentSchema);

export interface Shape {
  /** What is left to be compiled; undefined: nothing. */
  readonly document: WorkflowDocument | undefined;
  readonly entries: readonly StepEntry[];
  readonly outputPath: string;
  readonly faults: readonly FieldFault[];
  /** Paths of steps that have a fault. */
  readonly misshaped: ReadonlySet<string>;
}

const nothing = { document: undefined, entries: [], outputPath: '', misshaped: new Set<string>() };

/** Checks the document against the published schema and the size limit. */
export function checkShape(document: unknown): Shape {
  const length = JSON.stringify(document)?.length ?? 0;
  if (length > documentLimits.jsonLength) {
    const message = `is ${length} characters of JSON, over ${documentLimits.jsonLength}; pass large data by reference`;
    return { ...nothing, faults: [{ path: '', message }] };
  }
  const faults = fits(document) ? [] : (fits.errors as ErrorObject[]).map(fieldFault);
  if (document === null || typeof document !== 'object') return { ...nothing, faults };
  const whole = document as WorkflowDocument;
  const misshaped = new Set(faults.map(({ path }) => /^(?:\.?steps\[\d+\])*/.exec(path)?.[0] ?? ''));
  return { document: whole, entries: stepEntries(whole.steps, 'steps'), outputPath: 'output', faults, misshaped };
}

function fieldFault(error: ErrorObject): FieldFault {
  const path = dotted(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required':
      return { path: join(path, String(params.missingProperty)), message: 'is missing' };
    case 'additionalProperties':
      return { path: join(path, String(params.additionalProperty)), message: 'is not a field of a workflow document' };
    case 'enum':
      return { path, message: `must be one of ${(params.allowedValues as string[]).join(', ')}` };
    default:
      return { path, message: String(error.message) };
  }
}

/** `/steps/3/input/q` → `steps[3].input.q` */
function dotted(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).reduce(join, '');
}

function join(path: string, part: string): string {
  if (/^\d+$/.test(part)) return `${path}[${part}]`;
  return path === '' ? part : `${path}.${part}`;
}

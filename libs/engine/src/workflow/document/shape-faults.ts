import { type FieldFault } from '@baton/contracts';
import { type ErrorObject } from 'ajv';
import { documentLimits } from './document-schema';
import { nearest } from './near';

const kinds = ['pattern', 'workflow', 'wait', 'capability'];

/** What the errors of the schema say to an author. The choice between alternatives is no fault of its own. */
export function shapeFaults(errors: readonly ErrorObject[]): FieldFault[] {
  const told = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !schemaPath.includes('/oneOf/'));
  return told.map((error, index) => fieldFault(error, index < documentLimits.faults));
}

/** `isTold`: it is one of those that are reported, so it may cost something. */
function fieldFault(error: ErrorObject, isTold: boolean): FieldFault {
  const path = dotted(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required':
      return missing(path, String(params.missingProperty), error);
    case 'additionalProperties':
      return unknownField(path, String(params.additionalProperty), error, isTold);
    case 'enum':
      return { path, message: `must be one of ${(params.allowedValues as string[]).join(', ')}` };
    case 'oneOf':
      return { path, message: 'must have exactly one of signal, seconds and until' };
    case 'minProperties':
      return { path, message: `must have one of ${Object.keys(fieldsOf(error)).join(', ')}` };
    case 'pattern':
      return { path, message: `must match pattern ${params.pattern as string}: ${saidOf(error)}` };
    default:
      return { path, message: String(error.message) };
  }
}

function missing(path: string, field: string, error: ErrorObject): FieldFault {
  const title = titleOf(error);
  if (title === 'a step that is a task') {
    return { path, message: 'says nothing to do: give it one of capability, workflow, wait and pattern' };
  }
  if (title === 'a stage') return { path, message: 'says nothing to do: give it capability or workflow' };
  return { path: join(path, field), message: 'is missing' };
}

function unknownField(path: string, field: string, error: ErrorObject, isTold: boolean): FieldFault {
  const title = titleOf(error);
  const place = join(path, field);
  if (title.startsWith('a step') && kinds.includes(field)) {
    return { path: place, message: 'is one thing too much: a step has one of capability, workflow, wait and pattern' };
  }
  const near = isTold ? nearest(field, Object.keys(fieldsOf(error))) : undefined;
  return { path: place, message: `is not a field of ${title}${near ? `: did you mean ${near}?` : ''}` };
}

type Parent = { readonly title?: string; readonly description?: string; readonly properties?: object };

function titleOf({ parentSchema }: ErrorObject): string {
  return (parentSchema as Parent).title as string;
}

function saidOf({ parentSchema }: ErrorObject): string {
  return (parentSchema as Parent).description as string;
}

function fieldsOf({ parentSchema }: ErrorObject): object {
  return (parentSchema as Parent).properties as object;
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

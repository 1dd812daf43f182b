import { type JsonObject, type JsonValue } from '@baton/contracts';
import { workflowDocumentSchema } from '@baton/engine';

type Part = `Document${Capitalize<string>}`;

/** `#/definitions/taskStep` of the published schema is `DocumentTaskStep` here: references start at the whole document. */
const partName = (name: string): Part => `Document${name.charAt(0).toUpperCase()}${name.slice(1)}` as Part;

const { $schema: _schema, $id: _id, definitions, ...document } = workflowDocumentSchema;

/** The schema of a workflow document and its parts, as schemas of the API's document. */
export const documentSchemas = {
  WorkflowDocument: referring(document),
  ...(Object.fromEntries(
    Object.entries(definitions as Record<string, JsonObject>).map(([name, part]) => [partName(name), referring(part)]),
  ) as Record<Part, JsonObject>),
};

function referring(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inside(key, value)]));
}

function inside(key: string, value: JsonValue): JsonValue {
  if (key === '$ref') return `#/components/schemas/${partName((value as string).replace('#/definitions/', ''))}`;
  if (Array.isArray(value)) return value.map((part) => inside('', part));
  return typeof value === 'object' && value !== null ? referring(value) : value;
}

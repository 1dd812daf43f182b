import { type FieldFault, type JsonObject, ValidationError } from '@baton/contracts';
import { compileWorkflow, type StoredDefinition, type WorkflowGraph } from '@baton/engine';
import { type Sql } from '@baton/persistence';
import { readYaml } from '../api/http/read-yaml';
import { type Capabilities, gatherKnowledge } from './mesh-knowledge';

/** A definition as a client sent it: a document, or the text of one in YAML or JSON. */
export interface GivenDefinition {
  readonly definition: unknown;
  /** Of the workflow, where the document has none. */
  readonly name?: string | undefined;
  /** It is to be stored under its name, so it may use itself. */
  readonly isStored?: boolean;
}
export interface CheckedDefinition {
  readonly graph: WorkflowGraph;
  /** The stored ones it uses. */
  readonly definitions: readonly StoredDefinition[];
}

/** Throws ValidationError (WORKFLOW_INVALID) with every fault; paths start with `definition`. */
export async function checkDefinition(
  { definition, name, isStored = false }: GivenDefinition,
  capabilities: Capabilities,
  sql: Sql,
): Promise<CheckedDefinition> {
  const document = typeof definition === 'string' ? parseText(definition) : definition;
  const named = withName(document, name, isStored);
  const compiled = compileWorkflow(named, await gatherKnowledge(named, isStored, { capabilities, sql }));
  if (compiled.ok) return compiled;
  throw invalid(compiled.faults.map(({ path, message }) => ({ path: joined(path), message })));
}

/** A definition is stored under the name that was asked for; a run may have one that differs from its document's. */
function withName(document: unknown, name: string | undefined, isStored: boolean): unknown {
  if (!isObject(document) || name === undefined) return document;
  return isStored ? { ...document, name } : { name, ...document };
}

function joined(path: string): string {
  return path === '' ? 'definition' : `definition.${path}`;
}

function parseText(text: string): unknown {
  const read = readYaml(text);
  if ('value' in read) return read.value;
  throw invalid([{ path: joined(read.path), message: read.message }]);
}

function invalid(faults: FieldFault[]): ValidationError {
  return new ValidationError(faults, 'WORKFLOW_INVALID');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

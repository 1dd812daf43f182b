import { type FieldFault, type JsonObject, ValidationError, type WorkflowDocument } from '@baton/contracts';
import { compileWorkflow, type MeshKnowledge, type WorkflowGraph } from '@baton/engine';
import { readYaml } from '../api/http/read-yaml';

/** Who knows which capabilities there are. */
export interface Capabilities {
  isKnown(capability: string): Promise<boolean>;
  near(capability: string): readonly string[];
}

/**
 * Compiles a definition as a client sent it: a document, or the text of one in YAML or JSON. Throws ValidationError
 * (WORKFLOW_INVALID) with every fault; paths start with `definition`.
 */
export async function checkDefinition(
  definition: unknown,
  name: string | undefined,
  capabilities: Capabilities,
): Promise<WorkflowGraph> {
  const document = typeof definition === 'string' ? parseText(definition) : definition;
  const named = isObject(document) && name !== undefined ? { name, ...document } : document;
  const compiled = compileWorkflow(named, await knowledgeOf(named, capabilities));
  if (compiled.ok) return compiled.graph;
  throw invalid(compiled.faults.map(({ path, message }) => ({ path: joined(path), message })));
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

/** Asked once per name before the pure compiler runs. */
async function knowledgeOf(document: unknown, capabilities: Capabilities): Promise<MeshKnowledge> {
  const steps = isObject(document) && Array.isArray(document.steps) ? document.steps : [];
  const names = new Set(steps.flatMap((step) => namesIn(step)));
  const known = new Map<string, boolean>();
  for (const name of names) known.set(name, await capabilities.isKnown(name));
  return { capability: (name) => known.get(name), near: (name) => capabilities.near(name) };
}

function namesIn(step: unknown): string[] {
  if (!isObject(step)) return [];
  const { capability, fallback } = step as Partial<WorkflowDocument['steps'][number]>;
  return [capability, ...(Array.isArray(fallback) ? (fallback as unknown[]) : [])].filter(
    (name) => typeof name === 'string',
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

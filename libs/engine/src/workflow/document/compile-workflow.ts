import { type FieldFault, type NamelessStep, type WorkflowDocument } from '@baton/contracts';
import { type GrowingPattern } from '../patterns/pattern';
import { growingPatterns } from '../patterns/patterns';
import { compileBody } from './compile-body';
import { compileSteps } from './compile-steps';
import { type Compiling, type DefinitionUse, type Place, type StepList, type UsedDefinition } from './compiling';
import { type CompiledDocument, DefinitionBook, type KnownDefinitions, type StoredDefinition } from './definition-book';
import { documentLimits } from './document-schema';
import { checkShape, type Shape } from './document-shape';
import { type Body, type StepGraph, type WorkflowGraph } from './graph';
import { checkNames, type KnownCapabilities } from './names';
import { runNames } from './sight';

export type { StoredDefinition } from './definition-book';

/** What the mesh knows when a document is checked. */
export interface MeshKnowledge extends KnownCapabilities, KnownDefinitions {}

export type CompiledWorkflow =
  | {
      readonly ok: true;
      readonly graph: WorkflowGraph;
      /** Every stored definition it uses, directly or not: kept with the run, which needs them again. */
      readonly definitions: readonly StoredDefinition[];
    }
  | { readonly ok: false; readonly faults: FieldFault[] };

/** Compiles a document to its graph, or reports every fault of it at once, each with its path. */
export function compileWorkflow(
  document: unknown,
  knows: MeshKnowledge,
  patterns: readonly GrowingPattern[] = growingPatterns,
): CompiledWorkflow {
  const compile = (of: unknown): CompiledDocument =>
    new Compiler({ knows, patterns, book }, checkShape(of)).compile(of);
  const book = new DefinitionBook(knows, compile);
  const { graph, faults } = compile(document);
  if (graph && faults.length === 0) return { ok: true, graph, definitions: book.used };
  return { ok: false, faults: [...faults] };
}

interface Means {
  readonly knows: MeshKnowledge;
  readonly patterns: readonly GrowingPattern[];
  readonly book: DefinitionBook;
}

/** Compiles one document: the one that was asked for, or a stored one that it uses. */
class Compiler implements Compiling {
  private readonly faults = new Map<string, FieldFault>();

  constructor(
    private readonly means: Means,
    private readonly shape: Shape,
  ) {
    for (const { path, message } of shape.faults) this.fault(path, message);
  }

  compile(written: unknown): CompiledDocument {
    const { document, entries } = this.shape;
    if (!document) return { graph: undefined, faults: [...this.faults.values()] };
    checkNames(written, this.means.knows, this);
    const outer = { names: runNames, level: undefined };
    const { output } = document;
    const graph = this.steps({ entries, outer, inOrder: false, join: 'all', output, outputPath: 'output' });
    return { graph: whole(document, graph), faults: [...this.faults.values()] };
  }

  /** Said once, though alternatives of the schema and parts of a pattern may share a field. */
  fault(path: string, message: string | (() => string)): void {
    if (this.faults.size >= documentLimits.faults) return;
    const text = typeof message === 'string' ? message : message();
    this.faults.set(`${path} ${text}`, { path, message: text });
  }

  isMisshaped(path: string): boolean {
    return this.shape.misshaped.has(path);
  }

  pattern(name: GrowingPattern['name']): GrowingPattern {
    const found = this.means.patterns.find((pattern) => pattern.name === name);
    if (!found) throw new Error(`There is no pattern ${name}: add it to the list of patterns`);
    return found;
  }

  steps(list: StepList): StepGraph {
    return compileSteps(this, list);
  }

  body(step: NamelessStep, place: Place): Body {
    return compileBody(this, step, place);
  }

  definition(step: UsedDefinition, path: string): DefinitionUse {
    return this.means.book.use(step, path, this);
  }
}

function whole(document: WorkflowDocument, graph: StepGraph): WorkflowGraph {
  const { onFailure = 'fail-fast', deadlineSeconds, concurrency = Infinity, budget = {} } = document;
  return { ...graph, document, onFailure, deadlineSeconds, concurrency, budget };
}

import { type FieldFault, type StepDocument, type WorkflowDocument } from '@baton/contracts';
import { type References } from '../expressions/references';
import { compileTemplate } from '../expressions/template';
import { findCycles, sortByNeeds, stepsBehind } from './cycles';
import { documentLimits } from './document-schema';
import { checkShape } from './document-shape';
import { draftStep, type StepDraft } from './draft-step';
import { type GraphNode, type OutputTemplate, type WorkflowGraph } from './graph';

/** What the mesh knows when a document is checked. `undefined`: nobody can tell, so it is taken as it is. */
export interface MeshKnowledge {
  capability(name: string): boolean | undefined;
  /** Names like this one, nearest first, for the message. */
  near?(name: string): readonly string[];
  /** A stored definition: that version, or the newest. */
  definition?(name: string, version: number | undefined): StoredDefinition | undefined;
}

export interface StoredDefinition {
  readonly name: string;
  readonly version: number;
  readonly document: unknown;
}

export type CompiledWorkflow =
  | {
      readonly ok: true;
      readonly graph: WorkflowGraph;
      /** Every stored definition it uses, directly or not: kept with the run, which needs them again. */
      readonly definitions: readonly StoredDefinition[];
    }
  | { readonly ok: false; readonly faults: FieldFault[] };

/** Compiles a document to its graph, or reports every fault of it at once, each with its path. */
export function compileWorkflow(document: unknown, knows: MeshKnowledge): CompiledWorkflow {
  const shape = checkShape(document);
  if (!shape.ok) return shape;
  const compiler = new Compiler(shape.document, knows);
  const graph = compiler.compile();
  const faults = compiler.faults.slice(0, documentLimits.faults);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, graph };
}

class Compiler {
  readonly faults: FieldFault[] = [];
  private readonly indexOf = new Map<string, number>();

  constructor(
    private readonly document: WorkflowDocument,
    private readonly knows: MeshKnowledge,
  ) {}

  compile(): WorkflowGraph {
    const { document } = this;
    document.steps.forEach((step, index) => this.registerId(step, index));
    const output = this.output();
    const drafts = document.steps.map((step, index) => this.draft(step, index));
    const needs = drafts.map((draft) => [...draft.needs]);
    const dependents: number[][] = needs.map(() => []);
    needs.forEach((list, index) => list.forEach((need) => dependents[need]?.push(index)));
    const { order, stuck } = sortByNeeds(needs, dependents);
    for (const cycle of findCycles(needs, stuck)) this.reportCycle(cycle);
    const behind = stepsBehind(order, dependents);
    const nodes = drafts.map((draft, index): GraphNode => {
      const edges = { needs: needs[index] as number[], dependents: dependents[index] as number[] };
      const base = { index, ...edges, stepsBehind: behind[index] as number };
      return { ...draft.node, ...base };
    });
    return { document, onFailure: document.onFailure ?? 'fail-fast', nodes, indexOf: this.indexOf, order, output };
  }

  private registerId(step: StepDocument, index: number): void {
    const first = this.indexOf.get(step.id);
    if (first === undefined) this.indexOf.set(step.id, index);
    else this.fault(`steps[${index}].id`, `${step.id} is already the id of steps[${first}]`);
  }

  private draft(step: StepDocument, index: number): StepDraft {
    const at = `steps[${index}]`;
    this.checkCapability(step.capability, `${at}.capability`);
    step.fallback?.forEach((name, n) => this.checkCapability(name, `${at}.fallback[${n}]`));
    const draft = draftStep(step, this.indexOf);
    for (const { path, message } of draft.faults) this.fault(`${at}.${path}`, message);
    return draft;
  }

  private output(): OutputTemplate | undefined {
    if (this.document.output === undefined) return undefined;
    const { template, faults } = compileTemplate(this.document.output);
    for (const { path, message } of faults) this.fault(`output${path}`, message);
    const names = new Set(template.expressions.flatMap(({ references }) => [...references.steps]));
    for (const { path, references } of template.expressions) this.checkOutput(`output${path}`, references);
    const indexes = [...names].map((id) => this.indexOf.get(id)).filter((index) => index !== undefined);
    return { template, references: indexes };
  }

  private checkOutput(path: string, references: References): void {
    for (const message of references.faults) this.fault(path, message);
    if (references.usesItem) this.fault(path, 'item and index exist inside forEach only');
    for (const id of references.steps) if (!this.indexOf.has(id)) this.fault(path, `refers to the unknown step ${id}`);
  }

  private checkCapability(name: string, path: string): void {
    if (this.knows.capability(name) !== false) return;
    const near = this.knows.near?.(name) ?? [];
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'list what there is with GET /api/agents';
    this.fault(path, `no agent offers ${name}: ${hint}`);
  }

  private reportCycle(cycle: readonly number[]): void {
    const ids = [...cycle, cycle[0] as number].map((index) => this.document.steps[index]?.id);
    this.fault(`steps[${cycle[0]}].needs`, `is part of a cycle: ${ids.join(' needs ')}`);
  }

  private fault(path: string, message: string): void {
    this.faults.push({ path, message });
  }
}

import { type StepDocument } from '@baton/contracts';
import { parseRange } from '../../scheduling/version-range';
import { compileCondition, compileTemplate, type Template, type TemplateFault } from '../expressions/template';
import { type GraphNode, type MapNode, type TaskNode } from './graph';

type Placed = 'index' | 'needs' | 'dependents' | 'stepsBehind';

/** A step with its templates compiled and its needs found; where it stands in the graph is not known yet. */
export interface StepDraft {
  readonly node: Omit<TaskNode, Placed> | Omit<MapNode, Placed>;
  readonly needs: ReadonlySet<number>;
  /** Paths below the step. */
  readonly faults: readonly TemplateFault[];
}

type Field = 'input' | 'when' | 'forEach';

/** Compiles one step. References to unknown steps, and to elements where there are none, are among the faults. */
export function draftStep(step: StepDocument, indexOf: ReadonlyMap<string, number>): StepDraft {
  const drafting = new Drafting(step, indexOf);
  const input = drafting.take('input', compileTemplate(step.input ?? null));
  const when = step.when === undefined ? undefined : drafting.take('when', compileCondition(step.when));
  const common = { id: step.id, step, optional: step.optional ?? false, input, when };
  drafting.declared();
  if (step.version !== undefined && !parseRange(step.version)) {
    drafting.fault('version', 'is no range of versions: write for example ^1.2, 1.x or >=1.2 <3');
  }
  return { node: kindOf(common, step, drafting), needs: drafting.needs, faults: drafting.faults };
}

type Common = Omit<GraphNode, Placed | 'kind'>;

function kindOf(common: Common, step: StepDocument, drafting: Drafting): StepDraft['node'] {
  if (step.forEach === undefined) {
    if (step.concurrency !== undefined) drafting.fault('concurrency', 'is of no use without forEach');
    return { ...common, kind: 'task' };
  }
  const list = drafting.take('forEach', compileCondition(step.forEach));
  return { ...common, kind: 'map', list, concurrency: step.concurrency ?? Infinity };
}

class Drafting {
  readonly needs = new Set<number>();
  readonly faults: TemplateFault[] = [];

  constructor(
    private readonly step: StepDocument,
    private readonly indexOf: ReadonlyMap<string, number>,
  ) {}

  fault(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  take(field: Field, compiled: { template: Template; faults: readonly TemplateFault[] }): Template {
    for (const { path, message } of compiled.faults) this.fault(`${field}${path}`, message);
    for (const { path, references } of compiled.template.expressions) {
      for (const message of references.faults) this.fault(`${field}${path}`, message);
      for (const id of references.steps) this.need(id, `${field}${path}`, 'refers to');
      if (references.usesItem && (field !== 'input' || this.step.forEach === undefined)) {
        this.fault(`${field}${path}`, 'item and index exist in the input of a step with forEach only');
      }
    }
    return compiled.template;
  }

  declared(): void {
    this.step.needs?.forEach((id, index) => this.need(id, `needs[${index}]`, 'is'));
  }

  private need(id: string, path: string, verb: string): void {
    const index = this.indexOf.get(id);
    if (index !== undefined) {
      this.needs.add(index);
      return;
    }
    const hyphened = [...this.indexOf.keys()].find((known) => known.startsWith(`${id}-`));
    const hint = hyphened ? `; an id with - is written steps.\`${hyphened}\`` : '';
    this.fault(path, `${verb} the unknown step ${id}${hint}`);
  }
}

import { type Template, type TemplateFault } from '../expressions/template';
import { nearest } from './near';

/** What expressions at one place of a document may name. */
export interface Sight {
  /** `input`, `run` and variables. undefined: any, for the step around has faults already. */
  readonly names: ReadonlySet<string> | undefined;
  /** The steps in reach, those of the innermost graph first; undefined: none. */
  readonly level: Level | undefined;
}

/** One graph as it is seen from inside one of its nodes. */
export interface Level {
  readonly indexOf: ReadonlyMap<string, number>;
  /** Of the node through which one looks: whatever is named inside it, it needs. */
  readonly needs: Set<number>;
  readonly outer: Level | undefined;
}

export interface CompiledTemplate {
  readonly template: Template;
  readonly faults: readonly TemplateFault[];
}

/** Whoever collects faults. A message that costs something is made only if it is going to be told. */
export interface Faults {
  fault(path: string, message: string | (() => string)): void;
}

/** Of a document's own steps: the input of the run and its id. */
export const runNames: ReadonlySet<string> = new Set(['input', 'run']);

const shown: Readonly<Record<string, string>> = { run: 'run.id' };
const homes: Readonly<Record<string, string>> = {
  item: 'forEach and pipeline',
  index: 'forEach and pipeline',
  previous: 'pipeline',
  position: 'swarm',
  best: 'swarm',
  round: 'consensus and swarm',
  answers: 'consensus',
  bid: 'the score of an auction',
};

/** Adds the variables of a pattern. */
export function withNames(sight: Sight, names: readonly string[]): Sight {
  return { ...sight, names: sight.names && new Set([...sight.names, ...names]) };
}

/** The template; its faults, and names that are not in sight, are reported. Steps it names become needs. */
export function look(compiled: CompiledTemplate, path: string, sight: Sight, faults: Faults): Template {
  for (const found of compiled.faults) faults.fault(inside(path, found.path), found.message);
  for (const { path: inner, references } of compiled.template.expressions) {
    const place = inside(path, inner);
    for (const message of references.faults) faults.fault(place, message);
    for (const name of references.names)
      if (sight.names?.has(name) === false) faults.fault(place, () => outOfSight(name, sight));
    for (const id of references.steps)
      if (!findStep(id, sight.level)) faults.fault(place, () => unknownStep(id, sight.level));
  }
  return compiled.template;
}

/** A place in a template that stands at `path`. */
function inside(path: string, place: string): string {
  return path === '' ? place.replace(/^\./, '') : path + place;
}

/** Whether the step is in reach; if so the node through which it is seen needs it. */
export function findStep(id: string, level: Level | undefined): boolean {
  for (let at = level; at; at = at.outer) {
    const index = at.indexOf.get(id);
    if (index === undefined) continue;
    at.needs.add(index);
    return true;
  }
  return false;
}

function outOfSight(name: string, { names, level }: Sight): string {
  const steps = level ? ['steps.<id>.output', 'steps.<id>.state'] : [];
  const there = [...[...(names as ReadonlySet<string>)].map((known) => shown[known] ?? known), ...steps];
  const home = Object.hasOwn(homes, name) ? `; ${name} exists inside ${homes[name]} only` : '';
  return `${name} is not in scope; there are ${there.join(', ')}${home}`;
}

/** The message says how an id with a hyphen is written: `steps.my-id` would be a subtraction. */
export function unknownStep(id: string, level: Level | undefined): string {
  if (!level) return 'steps are not in scope here';
  const known = knownIds(level);
  const hyphened = known.find((other) => other.startsWith(`${id}-`));
  if (hyphened) return `refers to the unknown step ${id}; an id with - is written steps.\`${hyphened}\``;
  const near = nearest(id, known);
  return `refers to the unknown step ${id}${near === undefined ? '' : `: did you mean ${near}?`}`;
}

function knownIds(level: Level): string[] {
  const ids: string[] = [];
  for (let at: Level | undefined = level; at; at = at.outer) ids.push(...at.indexOf.keys());
  return ids;
}

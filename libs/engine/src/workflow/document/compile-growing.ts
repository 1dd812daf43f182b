import { type JsonObject, type JsonValue, type NamelessStep } from '@baton/contracts';
import { braced, compileCondition, compileTemplate, type Template } from '../expressions/template';
import { type GrowingPattern } from '../patterns/pattern';
import { below, type Compiling, type Place } from './compiling';
import { type PatternBody } from './graph';
import { look, type Sight, withNames } from './sight';

/** Fields that are expressions also without braces. */
const bare = new Set(['forEach', 'items', 'population', 'bounds']);

/** A step whose children its pattern makes while it runs. */
export function growingBody(
  compiling: Compiling,
  name: GrowingPattern['name'],
  step: NamelessStep,
  place: Place,
): PatternBody {
  const pattern = compiling.pattern(name);
  const parts = pattern.parts(step).map((part) => {
    const at = { path: below(place.path, part.path), sight: withNames(place.sight, part.variables) };
    return (isWritten(part.path) ? compiling : silent(compiling)).body(part.step, at);
  });
  return {
    kind: 'pattern',
    pattern,
    params: paramsOf(compiling, pattern, step, place),
    expressions: expressionsOf(compiling, pattern, step, place),
    parts,
    // Of a forEach each element has it.
    timeoutSeconds: name === 'forEach' ? undefined : step.timeoutSeconds,
    document: step,
  };
}

/** Whether the document itself has a step there; otherwise the pattern makes it, of fields that another part has too. */
function isWritten(path: string): boolean {
  return path === '' || path.startsWith('stages');
}

function silent(compiling: Compiling): Compiling {
  return Object.assign(Object.create(compiling) as Compiling, { fault: () => undefined });
}

/** The fields that the pattern wants evaluated when it starts, as one object. */
function paramsOf(
  compiling: Compiling,
  { params }: GrowingPattern,
  step: NamelessStep,
  { path, sight }: Place,
): Template {
  const written: JsonObject = {};
  for (const [field, value] of Object.entries(step) as [string, JsonValue][]) {
    if (!params.includes(field)) continue;
    written[field] = bare.has(field) && typeof value === 'string' ? braced(value) : value;
  }
  return look(compileTemplate(written), path, sight, compiling);
}

/** They see the variables of the pattern only. */
function expressionsOf(
  compiling: Compiling,
  pattern: GrowingPattern,
  step: NamelessStep,
  place: Place,
): PatternBody['expressions'] {
  const compiled = new Map<string, Template>();
  for (const { path, source, variables } of pattern.expressions(step)) {
    const names = place.sight.names && new Set(variables);
    const sight: Sight = { names, level: undefined };
    compiled.set(path, look(compileCondition(source), below(place.path, path), sight, compiling));
  }
  return compiled;
}

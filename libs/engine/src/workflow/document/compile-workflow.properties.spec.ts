import { type FieldFault, type JsonValue } from '@baton/contracts';
import fc from 'fast-check';
import { compileWorkflow, type MeshKnowledge } from './compile-workflow';
import { capabilitiesIn, definitionsIn } from './names';
import { validDocument } from './valid-document.fixture';

const part = { name: 'part', version: 1, document: { name: 'part', steps: [{ id: 'x', capability: 'do' }] } };
const knows: MeshKnowledge = {
  capability: (name) => name === 'do' || name === 'other',
  definition: (name) => (name === 'part' ? part : undefined),
};

const faultsOf = (document: unknown): readonly FieldFault[] => {
  const compiled = compileWorkflow(document, knows);
  return compiled.ok ? [] : compiled.faults;
};

/** Words of documents, so that random ones come near them. */
const words = [
  'steps',
  'stages',
  'id',
  'capability',
  'pattern',
  'parallel',
  'consensus',
  'forEach',
  'wait',
  'input',
  'needs',
  'name',
];
const word = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom('${{ steps.a.output }}', '${{ item }}', '${{ ) }}', '-'),
);
const anyJson: fc.Arbitrary<JsonValue> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<JsonValue>(null, true, 0, -1, 1e9),
    word,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 5 }),
  ),
})).value as fc.Arbitrary<JsonValue>;

/** The places of a document: the lists and objects in it, each with a key. */
function places(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])]);
}

/** A valid document with some of its parts replaced, left out or added to. */
const spoiled = fc
  .tuple(validDocument, fc.array(fc.tuple(fc.nat(), anyJson, fc.nat(2)), { minLength: 1, maxLength: 3 }))
  .map(([document, changes]) => {
    for (const [at, value, how] of changes) {
      const all = places(document);
      const place = all[at % all.length];
      if (!place) continue;
      if (how === 0) place.holder[place.key] = value;
      else if (how === 1 && !Array.isArray(place.holder)) delete place.holder[place.key];
      else place.holder[Array.isArray(place.holder) ? place.key : 'foreach'] = value;
    }
    return document;
  });

/** Whether all but the last part of the path leads somewhere: the last may be what is missing. */
function leadsSomewhere(document: unknown, path: string): boolean {
  let at: unknown = document;
  const parts = path.match(/[^.[\]]+/g) ?? [];
  for (const part of parts.slice(0, -1)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return false;
    at = (at as Record<string, unknown>)[part];
  }
  return parts.length === 0 || (typeof at === 'object' && at !== null);
}

const runs = { numRuns: 300 };

test('any valid document compiles, and again to the same', () => {
  const check = (document: unknown): void => {
    const [one, other] = [compileWorkflow(document, knows), compileWorkflow(document, knows)];
    expect(one.ok ? [] : one.faults).toEqual([]);
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  };
  fc.assert(fc.property(validDocument, check), runs);
});

test('each node comes after its needs, and is needed by its dependents', () => {
  const check = (document: unknown): void => {
    const compiled = compileWorkflow(document, knows);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
    const { nodes, order } = compiled.graph;
    for (const { index, needs, dependents } of nodes) {
      for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(index));
      for (const dependent of dependents) expect(nodes[dependent]?.needs).toContain(index);
    }
    expect([...order].sort((a, b) => a - b)).toEqual([...nodes.keys()]);
  };
  fc.assert(fc.property(validDocument, check), { numRuns: 100 });
});

test('no JSON whatever throws, and every fault stands somewhere in it', () => {
  const check = (document: unknown): void => {
    const before = JSON.stringify(document);
    const faults = faultsOf(document);
    for (const { path, message } of faults) {
      expect({ path, leads: leadsSomewhere(document, path) }).toEqual({ path, leads: true });
      expect(message).not.toBe('');
    }
    expect(new Set(faults.map(({ path, message }) => `${path} ${message}`)).size).toBe(faults.length);
    expect(JSON.stringify(document)).toBe(before);
    expect(Array.isArray(capabilitiesIn(document)) && Array.isArray(definitionsIn(document))).toBe(true);
  };
  fc.assert(fc.property(fc.oneof(anyJson, spoiled), check), { numRuns: 1000 });
});

test('a capability that nobody offers is found wherever it stands', () => {
  const check = (document: Record<string, unknown>, at: number): void => {
    const named = places(document).filter(({ key }) => key === 'capability');
    const place = named[at % named.length];
    if (!place) return;
    place.holder[place.key] = 'gone';
    expect(faultsOf(document).map(({ message }) => message)).toEqual([expect.stringMatching(/^no agent offers gone/)]);
    expect(capabilitiesIn(document)).toContain('gone');
  };
  fc.assert(fc.property(validDocument, fc.nat(), check), { numRuns: 100 });
});

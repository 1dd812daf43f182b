import fc from 'fast-check';
import { type FaultKind, faultKinds, faultTimings } from './fault-kinds';
import { coveringMs, endOf, planFaults } from './plan-faults';

const someKinds = fc.uniqueArray(fc.constantFrom(...faultKinds), { minLength: 1 });
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const duration = fc.integer({ min: 0, max: 1_800_000 });

test('C1 the same seed gives the same schedule, another seed another one', () => {
  const wish = { seed: 7, durationMs: 600_000, kinds: faultKinds };
  expect(planFaults(wish)).toEqual(planFaults({ ...wish }));
  expect(planFaults({ ...wish, seed: 8 })).not.toEqual(planFaults(wish));
});

test('C2 every kind comes when there is time for it, and none twice before all came', () => {
  fc.assert(
    fc.property(seed, someKinds, (seed, kinds) => {
      const planned = planFaults({ seed, durationMs: coveringMs(kinds), kinds });
      expect(new Set(planned.slice(0, kinds.length).map(({ kind }) => kind))).toEqual(new Set(kinds));
    }),
  );
});

test('C3 one fault at a time, each followed by its calm, all within the duration', () => {
  fc.assert(
    fc.property(seed, duration, someKinds, (seed, durationMs, kinds) => {
      const planned = planFaults({ seed, durationMs, kinds });
      for (const [index, fault] of planned.entries()) {
        const next = planned[index + 1];
        if (next) expect(next.atMs).toBeGreaterThanOrEqual(endOf(fault));
        expect(endOf(fault)).toBeLessThanOrEqual(durationMs);
        const [shortest, longest] = faultTimings[fault.kind].lastsMs;
        expect(fault.lastsMs).toBeGreaterThanOrEqual(shortest);
        expect(fault.lastsMs).toBeLessThanOrEqual(longest);
      }
    }),
  );
});

const attackAgents: readonly FaultKind[] = ['agent-kill', 'agent-freeze', 'agent-silence', 'host-kill', 'host-freeze'];

test('C3 an agent dies beside another fault only where that leaves somebody to work', () => {
  const planned = planFaults({ seed: 1, durationMs: 7_200_000, kinds: faultKinds });
  const accompanied = planned.filter((fault) => fault.companionAfterMs !== undefined);
  expect(accompanied.length).toBeGreaterThan(10);
  for (const { kind, companionAfterMs = 0, lastsMs } of accompanied) {
    expect(attackAgents).not.toContain(kind);
    expect(companionAfterMs).toBeLessThanOrEqual(lastsMs);
  }
});

test('too short a run has no faults rather than half ones', () => {
  expect(planFaults({ seed: 1, durationMs: 3000, kinds: faultKinds })).toEqual([]);
});

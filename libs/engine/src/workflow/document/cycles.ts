/** Each index after those it needs; `stuck` are the ones on a cycle or behind one. Linear in nodes and edges. */
export function sortByNeeds(
  needs: readonly (readonly number[])[],
  dependents: readonly (readonly number[])[],
): {
  order: number[];
  stuck: number[];
} {
  const missing = needs.map((list) => list.length);
  const order = [...needs.keys()].filter((index) => missing[index] === 0);
  for (const done of order) {
    for (const dependent of dependents[done] as number[]) {
      missing[dependent] = (missing[dependent] as number) - 1;
      if (missing[dependent] === 0) order.push(dependent);
    }
  }
  return { order, stuck: [...needs.keys()].filter((index) => (missing[index] as number) > 0) };
}

/** The weight of the heaviest way from each index down to an end, its own left out. `order` is that of `sortByNeeds`. */
export function stepsBehind(
  order: readonly number[],
  dependents: readonly (readonly number[])[],
  weightOf: (index: number) => number,
): number[] {
  const behind = dependents.map(() => 0);
  for (const index of [...order].reverse()) {
    for (const dependent of dependents[index] as number[]) {
      behind[index] = Math.max(behind[index] as number, (behind[dependent] as number) + weightOf(dependent));
    }
  }
  return behind;
}

/** The cycles that hold the stuck ones, each once, in the order in which they wait: every index needs the next. */
export function findCycles(needs: readonly (readonly number[])[], stuck: readonly number[]): number[][] {
  const held = new Set(stuck);
  const walkOf = new Map<number, number>();
  const cycles: number[][] = [];
  stuck.forEach((start, walk) => {
    const path: number[] = [];
    let at = start;
    while (!walkOf.has(at)) {
      walkOf.set(at, walk);
      path.push(at);
      at = (needs[at] as number[]).find((need) => held.has(need)) as number;
    }
    if (walkOf.get(at) === walk) cycles.push(path.slice(path.indexOf(at)));
  });
  return cycles;
}

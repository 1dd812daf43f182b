/** Something that starts after what it depends on. */
export interface Dependent {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/**
 * In levels: everything in a level needs only what stands in the levels before it, so a level starts together. Stopping
 * goes backwards. `cycle` names those that can never start, in the order of the circle; unknown names are ignored here.
 */
export type StartOrder<Item> =
  | { readonly ok: true; readonly levels: readonly (readonly Item[])[] }
  | { readonly ok: false; readonly cycle: readonly string[] };

export function startOrder<Item extends Dependent>(items: readonly Item[]): StartOrder<Item> {
  const names = new Set(items.map((item) => item.name));
  const started = new Set<string>();
  const levels: Item[][] = [];
  let waiting = [...items];
  while (waiting.length > 0) {
    const free = (item: Item): boolean => item.dependsOn.every((name) => started.has(name) || !names.has(name));
    const level = waiting.filter(free);
    if (level.length === 0) return { ok: false, cycle: findCycle(waiting) };
    waiting = waiting.filter((item) => !level.includes(item));
    for (const item of level) started.add(item.name);
    levels.push(level);
  }
  return { ok: true, levels };
}

/** Every one of `stuck` waits for another one of them, so walking along must come back to where it was. */
function findCycle(stuck: readonly Dependent[]): string[] {
  const byName = new Map(stuck.map((item) => [item.name, item]));
  const way: string[] = [];
  let at = stuck[0] as Dependent;
  while (!way.includes(at.name)) {
    way.push(at.name);
    at = at.dependsOn.map((name) => byName.get(name)).find((other) => other !== undefined) as Dependent;
  }
  return [...way.slice(way.indexOf(at.name)), at.name];
}

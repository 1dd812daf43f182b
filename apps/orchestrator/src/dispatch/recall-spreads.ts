import { type SpreadBook } from '@baton/engine';
import { type Database, loadSpreadNames } from '@baton/persistence';

/** Tells who has completed tasks with keys that are new here: until then nobody is given one. */
export async function recallSpreads(database: Database, spreads: SpreadBook): Promise<void> {
  const names = new Map([...spreads.unknown].map((key) => [key, [] as string[]]));
  for (const { key, name } of await loadSpreadNames(database, [...names.keys()])) names.get(key)?.push(name);
  for (const [key, taken] of names) spreads.recall(key, taken);
}

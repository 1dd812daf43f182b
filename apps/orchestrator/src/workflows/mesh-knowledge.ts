import { type JsonObject } from '@baton/contracts';
import { capabilitiesIn, definitionsIn, type MeshKnowledge, type StoredDefinition } from '@baton/engine';
import { definitionNames, loadDefinitions, type Sql } from '@baton/persistence';
import { nearest } from '../intake/nearest';

/** Names and versions of definitions one document may use, directly or not; beyond it the rest counts as unknown. */
const MAX_KEYS = 1000;
const MAX_NAMES = 10_000;

/** Who knows which capabilities there are. */
export interface Capabilities {
  isKnown(capability: string): Promise<boolean>;
  near(capability: string): readonly string[];
}

export interface KnowledgeSources {
  readonly capabilities: Capabilities;
  readonly sql: Sql;
}

/**
 * What the pure compiler will want to know of the mesh, asked for before it runs: once per capability, and one look for
 * each level of definitions. `isStored`: the document is about to be the newest of its name.
 */
export async function gatherKnowledge(
  document: unknown,
  isStored: boolean,
  { capabilities, sql }: KnowledgeSources,
): Promise<MeshKnowledge> {
  const own = isStored ? await asNewest(document, sql) : undefined;
  const definitions = await DefinitionShelf.fill(document, own, sql);
  const documents = [document, ...definitions.all().map((definition) => definition.document)];
  const known = new Map<string, boolean>();
  for (const name of new Set(documents.flatMap((one) => [...capabilitiesIn(one)]))) {
    known.set(name, await capabilities.isKnown(name));
  }
  const names = definitions.isMissingSome ? await definitionNames(sql, MAX_NAMES) : [];
  return {
    capability: (name) => known.get(name),
    near: (name) => capabilities.near(name),
    definition: (name, version) => definitions.find(name, version),
    nearDefinition: (name) => nearest(name, names),
  };
}

/** What a run was created with, and nothing that came later. */
export function knowledgeOfRun(definitions: readonly StoredDefinition[]): MeshKnowledge {
  const shelf = new DefinitionShelf(definitions);
  return { capability: () => undefined, definition: (name, version) => shelf.find(name, version) };
}

async function asNewest(document: unknown, sql: Sql): Promise<StoredDefinition | undefined> {
  const { name } = (document ?? {}) as JsonObject;
  if (typeof name !== 'string') return undefined;
  const [newest] = await loadDefinitions(sql, [{ name }]);
  return { name, version: (newest?.version ?? 0) + 1, document };
}

/** Definitions by name and version; without a version the newest. */
class DefinitionShelf {
  isMissingSome = false;
  private readonly found = new Map<string, StoredDefinition>();

  /** The newest of these are the newest there are. */
  constructor(definitions: readonly StoredDefinition[]) {
    for (const definition of definitions) {
      const newest = this.find(definition.name, undefined);
      this.put(definition, !newest || newest.version < definition.version);
    }
  }

  /** All that the document uses, level by level. */
  static async fill(document: unknown, own: StoredDefinition | undefined, sql: Sql): Promise<DefinitionShelf> {
    const shelf = new DefinitionShelf(own ? [own] : []);
    let documents: unknown[] = [document];
    while (documents.length > 0 && shelf.found.size < MAX_KEYS) documents = await shelf.load(documents, sql);
    return shelf;
  }

  all(): StoredDefinition[] {
    return [...new Set(this.found.values())];
  }

  find(name: string, version: number | undefined): StoredDefinition | undefined {
    return this.found.get(keyOf(name, version));
  }

  /** What these documents use and is not here yet; returns the documents of it. */
  private async load(documents: readonly unknown[], sql: Sql): Promise<unknown[]> {
    const used = documents.flatMap((one) => [...definitionsIn(one)]);
    const wanted = used.filter(({ name, version }) => !this.find(name, version));
    if (wanted.length === 0) return [];
    const loaded = (await loadDefinitions(sql, wanted)).map(({ name, version, document }) => ({
      name,
      version,
      document: JSON.parse(document) as unknown,
    }));
    const newestWanted = new Set(wanted.filter(({ version }) => version === undefined).map(({ name }) => name));
    for (const definition of loaded) {
      const newest = this.find(definition.name, undefined);
      this.put(definition, newestWanted.has(definition.name) && (newest?.version ?? 0) < definition.version);
    }
    this.isMissingSome ||= wanted.some(({ name, version }) => !this.find(name, version));
    return loaded.map(({ document }) => document);
  }

  private put(definition: StoredDefinition, isNewest: boolean): void {
    this.found.set(keyOf(definition.name, definition.version), definition);
    if (isNewest) this.found.set(keyOf(definition.name, undefined), definition);
  }
}

function keyOf(name: string, version: number | undefined): string {
  return `${version ?? 'newest'} ${name}`;
}

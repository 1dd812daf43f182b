import { type FieldFault } from '@baton/contracts';
import { below, type DefinitionUse, type UsedDefinition } from './compiling';
import { type WorkflowGraph } from './graph';
import { type Faults } from './sight';

/** A workflow stored under a name; a version never changes. */
export interface StoredDefinition {
  readonly name: string;
  readonly version: number;
  readonly document: unknown;
}

export interface KnownDefinitions {
  /** A stored definition: that version, or the newest. */
  definition?(name: string, version: number | undefined): StoredDefinition | undefined;
  /** Names of definitions like this one, nearest first, for the message. */
  nearDefinition?(name: string): readonly string[];
}

export interface CompiledDocument {
  readonly graph: WorkflowGraph | undefined;
  readonly faults: readonly FieldFault[];
}

interface Entry {
  readonly stored: StoredDefinition;
  /** undefined: being compiled, and met inside itself. */
  compiled: CompiledDocument | undefined;
}

/** Every stored definition that is used, directly or not, each compiled once; one may use itself. */
export class DefinitionBook {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly known: KnownDefinitions,
    private readonly compile: (document: unknown) => CompiledDocument,
  ) {}

  get used(): readonly StoredDefinition[] {
    return [...this.entries.values()].map(({ stored }) => stored);
  }

  /** Faults inside a definition are reported at the step that uses it. */
  use({ workflow: name, definitionVersion: version }: UsedDefinition, path: string, faults: Faults): DefinitionUse {
    const stored = this.known.definition?.(name, version);
    if (!stored) {
      const field = this.isStored(name) ? 'definitionVersion' : 'workflow';
      faults.fault(below(path, field), this.missing(name, version));
      return { name, version: version ?? 0, graph: () => unusable(name) };
    }
    const entry = this.entryOf(stored);
    const [first, ...more] = entry.compiled?.faults ?? [];
    if (first) faults.fault(below(path, 'workflow'), inherited(stored, first, more.length));
    const graph = (): WorkflowGraph => entry.compiled?.graph ?? unusable(name);
    return { name: stored.name, version: stored.version, graph };
  }

  private entryOf(stored: StoredDefinition): Entry {
    const key = `${stored.version} ${stored.name}`;
    const known = this.entries.get(key);
    if (known) return known;
    const entry: Entry = { stored, compiled: undefined };
    this.entries.set(key, entry);
    entry.compiled = this.compile(stored.document);
    return entry;
  }

  private isStored(name: string): boolean {
    return this.known.definition?.(name, undefined) !== undefined;
  }

  private missing(name: string, version: number | undefined): string {
    const newest = this.known.definition?.(name, undefined);
    if (newest) return `${name} has no version ${version}; its newest is ${newest.version}`;
    const near = this.known.nearDefinition?.(name) ?? [];
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'store it with POST /api/definitions';
    return `no definition is called ${name}: ${hint}`;
  }
}

function inherited({ name, version }: StoredDefinition, first: FieldFault, more: number): string {
  const others = more > 0 ? ` (and ${more} more)` : '';
  return `${name} version ${version} cannot be run: ${first.path} ${first.message}${others}`;
}

function unusable(name: string): never {
  throw new Error(`The definition ${name} was not compiled: a document with faults must not be run`);
}

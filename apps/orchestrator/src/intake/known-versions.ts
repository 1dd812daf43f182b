import { createValidator } from '@baton/bus';
import { type FieldFault, type JsonSchema } from '@baton/contracts';
import { newestInRange } from '@baton/engine';

/** A capability as it was last announced. */
export interface KnownCapability {
  readonly name: string;
  readonly version: string;
  readonly input: JsonSchema;
  readonly output?: JsonSchema;
}

export type Validate = (data: unknown) => readonly FieldFault[];

/** One version of a capability; its schemas are compiled when they are first needed. */
export class KnownVersion {
  readonly text: string;
  private inputCheck: Validate | undefined;
  private outputCheck: Validate | null | undefined;

  constructor(private readonly known: KnownCapability) {
    this.text = JSON.stringify([known.input, known.output]);
  }

  get input(): Validate {
    return (this.inputCheck ??= createValidator(this.known.input));
  }

  /** Null: every output will do, and nothing needs to be looked at. */
  get output(): Validate | null {
    if (this.outputCheck === undefined) {
      const { output = true } = this.known;
      this.outputCheck = takesAnything(output) ? null : compiled(output);
    }
    return this.outputCheck;
  }
}

/** All versions of one capability that were ever offered. */
export class KnownVersions {
  private readonly byRange = new Map<string, KnownVersion | undefined>();

  private constructor(private readonly byVersion: ReadonlyMap<string, KnownVersion>) {}

  /** What did not change since `before` keeps what it compiled. */
  static of(capabilities: readonly KnownCapability[], before: KnownVersions | undefined): KnownVersions {
    let same = capabilities.length === before?.byVersion.size;
    const versions = new Map<string, KnownVersion>();
    for (const capability of capabilities) {
      const fresh = new KnownVersion(capability);
      const old = before?.byVersion.get(capability.version);
      same &&= old?.text === fresh.text;
      versions.set(capability.version, old?.text === fresh.text ? old : fresh);
    }
    return same && before ? before : new KnownVersions(versions);
  }

  /** Takes what fits at least one version. */
  get anyOutput(): Validate | null {
    const checks: Validate[] = [];
    for (const { output } of this.byVersion.values()) {
      if (output === null) return null;
      checks.push(output);
    }
    return (data) => {
      const faults = checks.map((check) => check(data));
      return faults.find((found) => found.length === 0) ?? faults.at(-1) ?? [];
    };
  }

  names(): string[] {
    return [...this.byVersion.keys()];
  }

  get(version: string): KnownVersion | undefined {
    return this.byVersion.get(version);
  }

  /** The newest; of those in the range, if one is given. Undefined: none lies in it. */
  newest(range = ANY): KnownVersion | undefined {
    if (this.byRange.has(range)) return this.byRange.get(range);
    if (this.byRange.size >= RANGES) this.byRange.clear();
    const newest = newestInRange(this.names(), range) ?? (range === ANY ? this.names().at(-1) : undefined);
    const found = newest === undefined ? undefined : this.byVersion.get(newest);
    this.byRange.set(range, found);
    return found;
  }
}

/** Registries refuse schemas that cannot be compiled. Should one be there all the same, its results say so. */
function compiled(schema: JsonSchema): Validate {
  try {
    return createValidator(schema);
  } catch (error) {
    const fault = { path: '', message: `cannot be checked: ${(error as Error).message}` };
    return () => [fault];
  }
}

const ANY = '*';
/** Ranges remembered for one capability: users write the same few. */
const RANGES = 1000;

function takesAnything(schema: JsonSchema): boolean {
  return schema === true || (typeof schema === 'object' && Object.keys(schema).every((key) => WORDS.has(key)));
}

/** Words of a schema that say something about it and nothing about the data. */
const WORDS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'example',
  'examples',
  'default',
]);

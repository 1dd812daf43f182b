import { type FieldFault, type Submit, ValidationError } from '@baton/contracts';
import { parseRange } from '@baton/engine';
import { CapabilityUnknownError, VersionUnknownError } from './intake-errors';
import { type KnownCapability, type KnownVersion, KnownVersions, type Validate } from './known-versions';
import { nearest } from './nearest';

/** Unknown names cause a read of the table at most this often. */
const RELOAD_EVERY_MS = 500;
/** A schema that changed is in force after this at the latest. */
const STALE_AFTER_MS = 2000;

/**
 * What has ever been offered, with compiled schemas. A capability nobody offers at the moment is known: its tasks wait.
 * A newly registered one is found at its first use.
 */
export class CapabilityCatalog {
  private known = new Map<string, KnownVersions>();
  private loadedAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly load: () => Promise<readonly KnownCapability[]>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  names(): string[] {
    return [...this.known.keys()];
  }

  /**
   * Faults of the input. Throws CapabilityUnknownError for the capability itself or one of its fallbacks,
   * VersionUnknownError, and ValidationError for a range that is none.
   */
  async check(submit: Pick<Submit, 'capability' | 'input' | 'fallback' | 'version'>): Promise<readonly FieldFault[]> {
    for (const [index, name] of (submit.fallback ?? []).entries()) await this.find(name, `fallback[${index}]`);
    const versions = await this.find(submit.capability, 'capability');
    const version = submit.version === undefined ? versions.newest() : await this.inRange(submit, submit.version);
    const faults = version?.input(submit.input) ?? [];
    return faults.map((fault) => ({ ...fault, path: fault.path ? `input.${fault.path}` : 'input' }));
  }

  /**
   * What the output of this version is checked with; null: nothing. A version that is not known yet is read first: then
   * the answer is a promise. Of an agent that has left the version is unknown: what fits any of them will do.
   */
  outputCheck(capability: string, version: string | undefined): Validate | null | Promise<Validate | null> {
    if (this.now() - this.loadedAt > STALE_AFTER_MS) this.refresh();
    const versions = this.known.get(capability);
    if (versions && version === undefined) return versions.anyOutput;
    const found = version === undefined ? undefined : versions?.get(version);
    if (found) return found.output;
    return this.read().then(() => this.known.get(capability)?.get(version ?? '')?.output ?? null);
  }

  async isKnown(capability: string): Promise<boolean> {
    if (!this.known.has(capability)) await this.reload();
    return this.known.has(capability);
  }

  /** Known names like this one, nearest first. */
  near(capability: string): readonly string[] {
    return nearest(capability, this.names());
  }

  private async inRange({ capability }: Pick<Submit, 'capability'>, range: string): Promise<KnownVersion> {
    if (!parseRange(range)) {
      const message = 'is no range of versions: write for example ^1.2, 1.x or >=1.2 <3';
      throw new ValidationError([{ path: 'version', message }]);
    }
    const found = (await this.find(capability, 'capability')).newest(range);
    if (found) return found;
    await this.reload();
    const versions = await this.find(capability, 'capability');
    const now = versions.newest(range);
    if (!now) throw new VersionUnknownError(capability, range, versions.names());
    return now;
  }

  private async find(capability: string, path: string): Promise<KnownVersions> {
    if (!this.known.has(capability)) await this.reload();
    else if (this.now() - this.loadedAt > STALE_AFTER_MS) this.refresh();
    const found = this.known.get(capability);
    if (!found) throw new CapabilityUnknownError(capability, path, this.near(capability));
    return found;
  }

  /** Not waited for: what is known goes on being used, also while the database is away. */
  private refresh(): void {
    this.reload().catch(() => undefined);
  }

  private reload(): Promise<void> {
    return this.now() - this.loadedAt < RELOAD_EVERY_MS ? Promise.resolve() : this.read();
  }

  /** One read at a time; whoever asks meanwhile shares it. */
  private read(): Promise<void> {
    this.loading ??= this.readAll().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async readAll(): Promise<void> {
    const byName = new Map<string, KnownCapability[]>();
    for (const capability of await this.load()) {
      const same = byName.get(capability.name);
      if (same) same.push(capability);
      else byName.set(capability.name, [capability]);
    }
    const before = this.known;
    this.known = new Map([...byName].map(([name, all]) => [name, KnownVersions.of(all, before.get(name))]));
    this.loadedAt = this.now();
  }
}

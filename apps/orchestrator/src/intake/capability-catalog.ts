import { type FieldFault, type JsonSchema, MeshError, type Submit } from '@baton/contracts';
import { createValidator } from '@baton/bus';

/** A capability as it was last announced. */
export interface KnownCapability {
  readonly name: string;
  readonly version: string;
  readonly input: JsonSchema;
}

/** Nobody has ever offered this capability here. */
class CapabilityUnknownError extends MeshError {
  readonly code = 'CAPABILITY_UNKNOWN';
  readonly recovery = 'reject';
  constructor(capability: string, near: readonly string[]) {
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'GET /api/agents shows what is offered.';
    super(`No agent has ever offered the capability "${capability}". ${hint}`, { capability, near });
  }
}

type Validate = (data: unknown) => readonly FieldFault[];

/** Unknown names cause a read of the table at most this often. */
const RELOAD_EVERY_MS = 500;
/** A schema that changed is in force after this at the latest. */
const STALE_AFTER_MS = 2000;

/**
 * What has ever been offered, with compiled input schemas. A capability nobody offers at the moment is known: its
 * tasks wait. A newly registered one is found at its first use.
 */
export class CapabilityCatalog {
  private validators = new Map<string, { schema: string; validate: Validate }>();
  private loadedAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly load: () => Promise<readonly KnownCapability[]>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  names(): string[] {
    return [...this.validators.keys()];
  }

  /** Faults of the input. Throws CapabilityUnknownError for the capability itself or one of its fallbacks. */
  async check(submit: Pick<Submit, 'capability' | 'input' | 'fallback'>): Promise<readonly FieldFault[]> {
    for (const name of submit.fallback ?? []) await this.find(name);
    const faults = (await this.find(submit.capability)).validate(submit.input);
    return faults.map((fault) => ({ ...fault, path: fault.path ? `input.${fault.path}` : 'input' }));
  }

  async isKnown(capability: string): Promise<boolean> {
    if (!this.validators.has(capability)) await this.reload();
    return this.validators.has(capability);
  }

  /** Known names like this one, nearest first. */
  near(capability: string): readonly string[] {
    return nearest(capability, this.names());
  }

  private async find(capability: string): Promise<{ validate: Validate }> {
    if (!this.validators.has(capability)) await this.reload();
    else if (this.now() - this.loadedAt > STALE_AFTER_MS) this.refresh();
    const found = this.validators.get(capability);
    if (!found) throw new CapabilityUnknownError(capability, nearest(capability, this.names()));
    return found;
  }

  /** Not waited for: what is known goes on being used, also while the database is away. */
  private refresh(): void {
    this.reload().catch(() => undefined);
  }

  private reload(): Promise<void> {
    if (this.now() - this.loadedAt < RELOAD_EVERY_MS) return Promise.resolve();
    this.loading ??= this.read().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async read(): Promise<void> {
    const capabilities = await this.load();
    const next = new Map<string, { schema: string; validate: Validate }>();
    for (const { name, input } of capabilities) {
      const schema = JSON.stringify(input);
      const known = this.validators.get(name);
      next.set(name, known?.schema === schema ? known : { schema, validate: createValidator(input) });
    }
    this.validators = next;
    this.loadedAt = this.now();
  }
}

/** Names that share the family or the verb, at most three; among equals those that begin alike first. */
function nearest(capability: string, names: readonly string[]): string[] {
  const [family, verb] = [capability.split('.')[0], capability.split('.').at(-1)];
  const score = (name: string): number =>
    Number(name.split('.')[0] === family) + Number(name.split('.').at(-1) === verb) * 2;
  return names
    .filter((name) => score(name) > 0)
    .sort((a, b) => score(b) - score(a) || alike(b, capability) - alike(a, capability) || a.localeCompare(b))
    .slice(0, 3);
}

/** How many characters two names begin with in common. */
function alike(one: string, other: string): number {
  const differs = [...one].findIndex((character, index) => character !== other[index]);
  return differs < 0 ? one.length : differs;
}

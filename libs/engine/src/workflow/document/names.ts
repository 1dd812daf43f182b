import { parseRange } from '../../scheduling/version-range';
import { below, type StepEntry } from './compiling';
import { type Faults } from './sight';

/** `undefined`: nobody can tell, so it is taken as it is. */
export interface KnownCapabilities {
  capability(name: string): boolean | undefined;
  /** Names like this one, nearest first, for the message. */
  near?(name: string): readonly string[];
}

/** Capabilities that nobody offers and version ranges that are none, wherever a step names them. */
export function checkNames(entries: readonly StepEntry[], knows: KnownCapabilities, faults: Faults): void {
  for (const { step, path } of entries) {
    for (const { name, field } of capabilitiesOf(step)) {
      if (knows.capability(name) === false) faults.fault(below(path, field), notOffered(name, knows));
    }
    const { version } = step as { version?: unknown };
    if (typeof version === 'string' && !parseRange(version)) {
      faults.fault(below(path, 'version'), 'is no range of versions: write for example ^1.2, 1.x or >=1.2 <3');
    }
  }
}

function notOffered(name: string, knows: KnownCapabilities): string {
  const near = knows.near?.(name) ?? [];
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'list what there is with GET /api/agents';
  return `no agent offers ${name}: ${hint}`;
}

interface NamedCapability {
  readonly name: string;
  readonly field: string;
}

function capabilitiesOf(step: object): NamedCapability[] {
  const { capability, fallback } = step as Record<string, unknown>;
  const list = Array.isArray(fallback) ? (fallback as unknown[]) : [];
  const named = [
    { name: capability, field: 'capability' },
    ...list.map((name, n) => ({ name, field: `fallback[${n}]` })),
  ];
  return named.filter((one): one is NamedCapability => typeof one.name === 'string');
}

import { parseRange } from '../../scheduling/version-range';
import { below } from './compiling';
import { type Faults } from './sight';
import { isObject, walkSteps, type WrittenStep } from './walk-steps';

/** `undefined`: nobody can tell, so it is taken as it is. */
export interface KnownCapabilities {
  capability(name: string): boolean | undefined;
  /** Names like this one, nearest first, for the message. */
  near?(name: string): readonly string[];
}

/** Capabilities that nobody offers and version ranges that are none, wherever a step names them. */
export function checkNames(document: unknown, knows: KnownCapabilities, faults: Faults): void {
  for (const { step, path } of walkSteps(document)) {
    for (const { name, field } of capabilitiesOf(step)) {
      if (knows.capability(name) === false) faults.fault(below(path, field), () => notOffered(name, knows));
    }
    if (typeof step.version === 'string' && !parseRange(step.version)) {
      faults.fault(below(path, 'version'), 'is no range of versions: write for example ^1.2, 1.x or >=1.2 <3');
    }
  }
}

/**
 * The capabilities a document names anywhere, each once: what `MeshKnowledge` will be asked for. Bears a document of
 * any shape. Those in the definitions that it uses are not among them: see `definitionsIn`.
 */
export function capabilitiesIn(document: unknown): string[] {
  const names = [...walkSteps(document)].flatMap(({ step }) => capabilitiesOf(step).map(({ name }) => name));
  return [...new Set(names)];
}

/** The definitions a document uses by itself, each once; version undefined: the newest. Bears a document of any shape. */
export function definitionsIn(document: unknown): { name: string; version: number | undefined }[] {
  const used = new Map<string, { name: string; version: number | undefined }>();
  for (const { step } of walkSteps(document)) {
    const { workflow: name, definitionVersion } = step;
    if (typeof name !== 'string') continue;
    const version = typeof definitionVersion === 'number' ? definitionVersion : undefined;
    used.set(`${version} ${name}`, { name, version });
  }
  return [...used.values()];
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

/** The judge of a consensus, the mover of a swarm and the workers of a coordinator included. */
function capabilitiesOf({ capability, fallback, workers, tieBreak, move }: WrittenStep['step']): NamedCapability[] {
  const named = [
    { name: capability, field: 'capability' },
    ...listed(fallback, 'fallback'),
    ...listed(workers, 'workers'),
    { name: isObject(tieBreak) && tieBreak.judge, field: 'tieBreak.judge' },
    { name: isObject(move) && move.capability, field: 'move.capability' },
  ];
  return named.filter((one): one is NamedCapability => typeof one.name === 'string');
}

function listed(names: unknown, field: string): { name: unknown; field: string }[] {
  return Array.isArray(names) ? names.map((name: unknown, n) => ({ name, field: `${field}[${n}]` })) : [];
}

import { ValidationError } from '@baton/contracts';
import { MAX_DEPTH } from '../api/http/json-flaws';

/** Refuses what the parser of HTTP bodies refuses too: deep nesting, and names that reach into prototypes. */
export function refuseFlaws(data: unknown): void {
  const message = flawOf(data, MAX_DEPTH);
  if (message !== undefined) throw new ValidationError([{ path: 'data', message }]);
}

function flawOf(value: unknown, left: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (left === 0) return `nests deeper than ${MAX_DEPTH} levels: flatten it`;
  for (const key in value) {
    if (key === '__proto__') return 'holds a field named __proto__: rename it';
    const child: unknown = (value as Record<string, unknown>)[key];
    if (key === 'constructor' && reachesPrototype(child)) return 'holds constructor.prototype: rename one of them';
    const flaw = typeof child === 'object' ? flawOf(child, left - 1) : undefined;
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function reachesPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

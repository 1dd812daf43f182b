/**
 * How large a value is when written out, shared parts counted each time they appear: a few doublings of a shared list
 * cost no memory until somebody writes them out. Values already measured are not walked again.
 */
export class SizeGauge {
  private readonly known = new WeakMap<object, number>();

  /** About the length of the JSON text. */
  measure(value: unknown): number {
    if (typeof value === 'string') return value.length + 2;
    if (value === null || typeof value !== 'object' || isProcedure(value)) return 8;
    const known = this.known.get(value);
    if (known !== undefined) return known;
    let size = 2;
    if (Array.isArray(value)) for (const element of value) size += this.measure(element) + 1;
    else for (const [key, part] of Object.entries(value)) size += key.length + 4 + this.measure(part);
    this.known.set(value, size);
    return size;
  }
}

/** A function of JSONata: it carries its surroundings along, which are no data. */
export function isProcedure(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value);
}

import { type Binding } from '../bus';

/** The bindings a queue should have, and those it should have lost by now. */
export class Bindings {
  private readonly wanted = new Map<string, Binding>();
  private readonly unwanted = new Map<string, Binding>();

  constructor(initial: readonly Binding[]) {
    for (const binding of initial) this.add(binding);
  }

  add(binding: Binding): void {
    this.wanted.set(keyOf(binding), binding);
    this.unwanted.delete(keyOf(binding));
  }

  /** A durable queue keeps what nobody takes away: it is remembered until that is done. */
  remove(binding: Binding): void {
    this.wanted.delete(keyOf(binding));
    this.unwanted.set(keyOf(binding), binding);
  }

  /** The broker refuses it. */
  forget(binding: Binding): void {
    this.wanted.delete(keyOf(binding));
  }

  mustGo(binding: Binding): boolean {
    return this.unwanted.has(keyOf(binding));
  }

  has(binding: Binding): boolean {
    return this.wanted.has(keyOf(binding));
  }

  /** Nobody has to take it away any more. */
  gone(binding: Binding): void {
    this.unwanted.delete(keyOf(binding));
  }

  get toBind(): readonly Binding[] {
    return [...this.wanted.values()];
  }

  get toUnbind(): readonly Binding[] {
    return [...this.unwanted.values()];
  }
}

/** The same binding has the same key. */
export function keyOf({ exchange, key }: Binding): string {
  return `${exchange} ${key}`;
}

/** A task of a scientific workflow: what kind it is, and whose results it needs. */
export interface GraphTask {
  readonly id: string;
  readonly type: string;
  readonly needs: readonly string[];
}
export type TaskGraph = readonly GraphTask[];

/** Builds a graph task by task; ids count within the type: `mDiffFit-12`. */
export class GraphBuilder {
  readonly tasks: GraphTask[] = [];
  private readonly counts = new Map<string, number>();

  add(type: string, needs: readonly string[] = []): string {
    const number = (this.counts.get(type) ?? 0) + 1;
    this.counts.set(type, number);
    const id = `${type}-${number}`;
    this.tasks.push({ id, type, needs });
    return id;
  }

  /** One task per parent, each needing that parent only. */
  each(type: string, parents: readonly string[]): string[] {
    return parents.map((parent) => this.add(type, [parent]));
  }
}

export const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

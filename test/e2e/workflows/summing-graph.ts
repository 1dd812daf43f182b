/** A graph whose every result is known: each node adds one to the sum of its two parents in the layer before. */
export interface SummingGraph {
  readonly definition: object;
  /** By step: the number it has to give. Steps that only take time are not in it. */
  readonly expected: ReadonlyMap<string, number>;
  readonly steps: number;
}

export interface SummingGraphSize {
  readonly name: string;
  readonly layers: number;
  readonly width: number;
  /** Each layer has a step that takes this long besides, and the next layer waits for it: time to kill something. */
  readonly gateMs?: number;
}

/** Sums are kept small enough to be exact. */
const MODULUS = 1_000_003;

export function summingGraph({ name, layers, width, gateMs }: SummingGraphSize): SummingGraph {
  const expected = new Map<string, number>([['source', 1]]);
  const steps: object[] = [{ id: 'source', capability: 'probe.echo', input: { n: 1 } }];
  const add = (id: string, parents: readonly string[], needs: readonly string[]): void => {
    expected.set(id, (parents.reduce((sum, parent) => sum + (expected.get(parent) ?? 0), 0) + 1) % MODULUS);
    const sum = parents.map((parent) => `steps.${parent}.output.echo.n`).join(' + ');
    const input = { n: `\${{ (${sum} + 1) % ${MODULUS} }}` };
    steps.push({ id, capability: 'probe.echo', input, ...(needs.length > 0 && { needs }) });
  };
  for (let layer = 0; layer < layers; layer++) {
    const gates = layer === 0 || gateMs === undefined ? [] : [`gate${layer - 1}`];
    for (let index = 0; index < width; index++) add(nodeOf(layer, index), parentsOf(layer, index, width), gates);
    if (gateMs !== undefined)
      steps.push({ id: `gate${layer}`, capability: 'probe.sleep', needs: gates, input: { ms: gateMs } });
  }
  const last = Array.from({ length: width }, (_, index) => nodeOf(layers - 1, index));
  add('sink', last, []);
  return { definition: { name, output: '${{ steps.sink.output.echo.n }}', steps }, expected, steps: steps.length };
}

const nodeOf = (layer: number, index: number): string => `l${layer}n${index}`;

function parentsOf(layer: number, index: number, width: number): string[] {
  return layer === 0 ? ['source'] : [nodeOf(layer - 1, index), nodeOf(layer - 1, (index + 1) % width)];
}

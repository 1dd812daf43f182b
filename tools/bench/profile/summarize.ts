/** What V8 writes with --cpu-prof. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds from one sample to the next. */
  readonly timeDeltas: readonly number[];
}

/** Time a function spent itself, without those it called. */
export interface SelfTime {
  readonly name: string;
  readonly milliseconds: number;
  /** Of the time the process was not idle. */
  readonly share: number;
}

/** The functions that took most, the largest first. Idle time is left out. */
export function topFunctions({ nodes, samples, timeDeltas }: CpuProfile, count: number): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const micros = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    if (name === '(idle)') continue;
    const spent = Math.max(0, timeDeltas[index] ?? 0);
    busy += spent;
    micros.set(name, (micros.get(name) ?? 0) + spent);
  }
  return [...micros]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, spent]) => ({ name, milliseconds: spent / 1000, share: spent / busy }));
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  const file =
    url
      .replace(/^file:\/\//, '')
      .split('/node_modules/')
      .at(-1) ?? '';
  return file === '' ? name : `${name} ${file.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}

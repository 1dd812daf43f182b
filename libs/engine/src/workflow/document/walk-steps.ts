import { below } from './compiling';

/** A step, a stage, or the pattern that is the whole document, as it was written: its shape may be wrong. */
export interface WrittenStep {
  readonly step: Readonly<Record<string, unknown>>;
  /** '' for the document itself. */
  readonly path: string;
  /** How many steps it stands in. */
  readonly nesting: number;
}

/** Every step of a document with those inside it, each before those inside it. Bears any value that is no cycle. */
export function* walkSteps(document: unknown): Generator<WrittenStep> {
  if (!isObject(document)) return;
  if ('pattern' in document) yield* walk({ step: document, path: '', nesting: 0 });
  else yield* inside(document, '', 0);
}

function* walk(written: WrittenStep): Generator<WrittenStep> {
  yield written;
  yield* inside(written.step, written.path, written.nesting + 1);
}

function* inside(step: WrittenStep['step'], path: string, nesting: number): Generator<WrittenStep> {
  for (const field of ['steps', 'stages']) {
    const list: unknown = step[field];
    if (!Array.isArray(list)) continue;
    for (const [index, inner] of list.entries() as IterableIterator<[number, unknown]>) {
      if (isObject(inner)) yield* walk({ step: inner, path: below(path, `${field}[${index}]`), nesting });
    }
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

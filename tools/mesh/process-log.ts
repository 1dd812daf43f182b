import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const LIMIT_BYTES = 32 * 1024 * 1024;
const WARNING = 40;
const SHOWN_PER_SPAN = 10;
const SPAN_MS = 10_000;
const levelNames: Record<number, string> = { 40: 'warn', 50: 'error', 60: 'fatal' };

/**
 * The log of one process of the mesh: every line goes to its file (one older file is kept beside it), warnings and
 * errors also to the terminal in short form, at most ten in ten seconds.
 */
export class ProcessLog {
  private descriptor: number;
  private size: number;
  private closed = false;
  private rest = '';
  private spanEnds = 0;
  private shown = 0;
  private tail: string[] = [];
  private held: string[] | undefined = [];

  constructor(
    private readonly name: string,
    readonly file: string,
    private readonly show: (line: string) => void,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    this.descriptor = openSync(file, 'a', 0o600);
    this.size = fstatSync(this.descriptor).size;
  }

  /** What the process complained of last; the plain text it wrote on purpose goes before its log lines. */
  get complaint(): string {
    const plain = this.tail.filter((line) => !/^(warn|error|fatal): /.test(line));
    return (plain.length > 0 ? plain : this.tail).join('\n');
  }

  /** Until the process is ready its complaints are held back: they belong to the reason of a failed start, or come now. */
  release(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const line of held) this.tell(line);
  }

  write(chunk: string): void {
    if (this.closed) return;
    this.size += writeSync(this.descriptor, chunk);
    if (this.size > LIMIT_BYTES) this.rotate();
    const lines = (this.rest + chunk).split('\n');
    this.rest = (lines.pop() ?? '').slice(-65_536);
    for (const line of lines) this.look(line);
  }

  /** What is written later is dropped: it can only come from a process that outlived its parent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.descriptor);
  }

  private rotate(): void {
    closeSync(this.descriptor);
    renameSync(this.file, `${this.file}.1`);
    this.descriptor = openSync(this.file, 'a', 0o600);
    this.size = 0;
  }

  private look(line: string): void {
    if (line.trim() === '') return;
    const short = shortForm(line);
    if (short === undefined) return;
    this.tail = [...this.tail.slice(-9), short];
    if (this.held) this.held = [...this.held.slice(-9), short];
    else this.tell(short);
  }

  private tell(short: string): void {
    const now = Date.now();
    if (now > this.spanEnds) {
      this.spanEnds = now + SPAN_MS;
      this.shown = 0;
    }
    this.shown += 1;
    if (this.shown <= SHOWN_PER_SPAN) this.show(`${this.name}: ${short}`);
    else if (this.shown === SHOWN_PER_SPAN + 1) this.show(`${this.name}: more of this in ${this.file}`);
  }
}

/** A warning or worse as `error: what happened (code)`, a line that is no log line as it is; undefined for the rest. */
export function shortForm(line: string): string | undefined {
  const level = /^\{"level":(\d+)/.exec(line);
  if (!level) return line.slice(0, 500);
  if (Number(level[1]) < WARNING) return undefined;
  try {
    return summary(JSON.parse(line) as LogLine).slice(0, 500);
  } catch {
    return line.slice(0, 500); // cut off in the middle, by a kill for instance
  }
}

interface LogLine {
  level: number;
  name?: string;
  msg?: string;
  code?: string;
  err?: { message?: string };
}

function summary({ level, name, msg = '', code, err }: LogLine): string {
  const origin = name ? `${name} ` : '';
  const cause = err?.message && err.message !== msg ? `: ${err.message}` : '';
  return `${levelNames[level] ?? 'error'}: ${origin}${msg}${cause}${code ? ` (${code})` : ''}`;
}

import { type Readable, type Writable } from 'node:stream';

/** A longer line is cut; agents log JSON lines, and nobody reads more of one. */
export const LONGEST_LINE = 64 * 1024;

/** One line of an agent as a JSON line that names the agent. Lines that do already stay as they are. */
export function namedLine(line: string, agent: string, stream: 'stdout' | 'stderr'): string {
  if (line.startsWith('{')) {
    if (line.includes('"name":')) return line;
    const facts = parseObject(line);
    if (facts) return JSON.stringify({ ...facts, name: agent });
  }
  return JSON.stringify({ level: stream === 'stderr' ? 50 : 30, name: agent, msg: line });
}

function parseObject(line: string): object | undefined {
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined; // no JSON after all: it is forwarded as text
  }
}

/**
 * Passes the lines of a process on to `sink`. Bounded: when the sink is full the process is no longer read, so that it
 * waits rather than fills our memory. Lines of several processes never mix.
 */
export function forwardLines(source: Readable, sink: Writable, name: (line: string) => string): void {
  let rest = '';
  const write = (lines: readonly string[]): void => {
    const text = lines.filter((line) => line !== '').map((line) => `${name(line)}\n`);
    if (text.length === 0 || sink.write(text.join(''))) return;
    source.pause();
    sink.once('drain', () => source.resume());
  };
  source.setEncoding('utf8');
  source.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      lines.push(`${rest.slice(0, LONGEST_LINE)}…`);
      rest = '';
    }
    write(lines);
  });
  source.on('end', () => write([rest]));
}

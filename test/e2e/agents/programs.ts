import { type AgentProgram } from './agent-process';
import { pythonWithPika } from './python';

/** The agents of the examples that know nothing but docs/reference/wire.md: each offers `<family>.count` and `<family>.wait`. */
export const families = ['words', 'lines'] as const;
export type Family = (typeof families)[number];

export const emptyText: Readonly<Record<Family, string>> = { words: 'NO_WORDS', lines: 'NO_LINES' };

export async function programOf(family: Family): Promise<AgentProgram> {
  if (family === 'lines') return { command: process.execPath, args: ['examples/plain-agent.mjs'] };
  return { ...(await pythonWithPika()), args: ['-u', 'examples/python/words_agent.py'] };
}

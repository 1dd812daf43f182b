// Try it: npm start, then npm run agent -- examples/coordinator-agent.ts, then POST /api/tasks
// {"capability":"survey.words","input":{"texts":["one two two","two three"],"groupOf":1}}
// A survey spawns a task per group of texts, each group one per text. None of them holds a slot while it waits, so
// this one agent with its one slot does it all; kill it at any time and start it again: nothing is done twice.
import { setTimeout as delay } from 'node:timers/promises';
import { Capability, runAgent, type SpawnedResult, type TaskContext } from '@baton/agent-sdk';

type Counts = Record<string, number>;
/** `pauseMs`: each attempt takes as long, so that there is something to watch. */
interface Survey {
  readonly texts: readonly string[];
  readonly groupOf?: number;
  readonly pauseMs?: number;
}

const texts = { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 100 };
const counts = { type: 'object', additionalProperties: { type: 'integer' } };
const pauseMs = { type: 'number', minimum: 0 };

const pause = ({ pauseMs: ms = 0 }: Pick<Survey, 'pauseMs'>, { signal }: TaskContext): Promise<void> =>
  delay(ms, undefined, { signal });

function sum(parts: readonly SpawnedResult[]): Counts {
  const all: Counts = {};
  for (const { output } of parts) {
    for (const [word, count] of Object.entries(output as Counts)) all[word] = (all[word] ?? 0) + count;
  }
  return all;
}

/** The leaves: the words of one text. */
class Count extends Capability<{ text: string; pauseMs?: number }, Counts> {
  readonly name = 'survey.count';
  readonly input = { type: 'object', required: ['text'], properties: { text: { type: 'string' }, pauseMs } };
  readonly output = counts;

  async execute(input: { text: string; pauseMs?: number }, task: TaskContext): Promise<Counts> {
    await pause(input, task);
    const all: Counts = {};
    for (const [word] of input.text.toLowerCase().matchAll(/\p{L}+/gu)) all[word] = (all[word] ?? 0) + 1;
    task.cost(1);
    return all;
  }
}

/** A group: one subtask per text. */
class Group extends Capability<Survey, Counts> {
  readonly name = 'survey.group';
  readonly input = { type: 'object', required: ['texts'], properties: { texts, pauseMs } };
  readonly output = counts;

  async execute(input: Survey, task: TaskContext): Promise<Counts> {
    const each = input.texts.map((text) => ({
      capability: 'survey.count',
      input: { text, pauseMs: input.pauseMs ?? 0 },
    }));
    return sum(await task.spawn('texts', each, { failFast: true }));
  }
}

/** The whole: one subtask per group. What comes before a spawn is done again in every attempt. */
class Words extends Capability<Survey, { words: Counts; groups: number }> {
  readonly name = 'survey.words';
  readonly input = {
    type: 'object',
    required: ['texts'],
    properties: { texts, pauseMs, groupOf: { type: 'integer', minimum: 1 } },
  };
  readonly output = { type: 'object', properties: { words: counts, groups: { type: 'integer' } } };

  async execute(input: Survey, task: TaskContext): Promise<{ words: Counts; groups: number }> {
    const { groupOf = 5 } = input;
    const groups = Array.from({ length: Math.ceil(input.texts.length / groupOf) }, (_, group) => ({
      capability: 'survey.group',
      input: { texts: input.texts.slice(group * groupOf, (group + 1) * groupOf), pauseMs: input.pauseMs ?? 0 },
    }));
    const parts = await task.spawn('groups', groups, { failFast: true });
    await pause(input, task);
    return { words: sum(parts), groups: parts.length };
  }
}

void runAgent({ family: 'survey', capabilities: [Words, Group, Count], concurrency: 1 });

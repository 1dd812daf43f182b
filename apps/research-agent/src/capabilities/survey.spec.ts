import { type TaskContext } from '@baton/agent-sdk';
import { createValidator } from '@baton/bus';
import { type JsonValue, type SpawnedResult, type TaskId } from '@baton/contracts';
import { SurveyDocuments } from './survey-documents';

const survey = new SurveyDocuments();
const completed = (capability: string, output: unknown): SpawnedResult => ({
  taskId: 'task' as TaskId,
  capability,
  state: 'completed',
  output: output as JsonValue,
  error: null,
});

interface Batch {
  readonly key: string;
  readonly tasks: readonly { readonly capability: string; readonly input?: JsonValue }[];
}

/** An attempt whose batches have ended: each task gives what `answer` says. */
function replayed(answer: (input: Record<string, unknown>) => unknown): { task: TaskContext; batches: Batch[] } {
  const batches: Batch[] = [];
  const spawn = (key: string, tasks: Batch['tasks']): Promise<SpawnedResult[]> => {
    batches.push({ key, tasks });
    return Promise.resolve(
      tasks.map(({ capability, input }) => completed(capability, answer(input as Record<string, unknown>))),
    );
  };
  return { task: { spawn } as unknown as TaskContext, batches };
}

const hit = (id: string): object => ({
  id,
  title: id.toUpperCase(),
  score: 1,
  snippet: `of ${id}`,
  text: `all of ${id}`,
});

test('a search for each question, one reading of each document though two questions found it', async () => {
  const found: Record<string, string[]> = { one: ['a', 'b'], two: ['b', 'c'] };
  const { task, batches } = replayed(({ query, text }) =>
    query === undefined
      ? {
          keyPhrases: [{ text: `phrase ${String(text)}`, score: 1 }],
          entities: [
            { type: 'person', text: 'Ada' },
            { type: 'person', text: 'Ada' },
            { type: 'date', text: '1833' },
          ],
        }
      : { hits: found[query as string]?.map(hit) },
  );
  const output = await survey.execute({ corpus: 'c', questions: ['one', 'two'], documentsEach: 2 }, task);
  expect(createValidator(survey.output)(output)).toEqual([]);
  expect(batches.map(({ key, tasks }) => [key, tasks.map(({ input }) => input)])).toEqual([
    ['search', ['one', 'two'].map((query) => ({ corpus: 'c', query, limit: 2 }))],
    ['read', ['a', 'b', 'c'].map((id) => ({ text: `all of ${id}` }))],
  ]);
  expect(output.answers.map(({ question, hits }) => [question, hits.map(({ id }) => id)])).toEqual([
    ['one', ['a', 'b']],
    ['two', ['b', 'c']],
  ]);
  expect(output.documents[2]).toEqual({ id: 'c', title: 'C', keyPhrases: ['phrase all of c'], names: ['Ada'] });
});

test('questions nothing answers: nothing is read', async () => {
  const { task, batches } = replayed(() => ({ hits: [] }));
  expect(await survey.execute({ corpus: 'c', questions: ['none'] }, task)).toEqual({
    answers: [{ question: 'none', hits: [] }],
    documents: [],
  });
  expect(batches).toHaveLength(1);
});

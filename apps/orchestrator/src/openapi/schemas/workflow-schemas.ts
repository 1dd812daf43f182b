import { type JsonObject, stepStates, workflowStates } from '@baton/contracts';
import { workflowDocumentSchema } from '@baton/engine';
import {
  anObject,
  answer,
  anything,
  flag,
  id,
  integer,
  list,
  number,
  oneOf,
  orNull,
  page,
  ref,
  text,
  time,
} from './parts';

const progress = answer({
  percent: number,
  total: integer,
  completed: integer,
  failed: integer,
  running: integer,
  waiting: integer,
  etaSeconds: orNull(number),
});

const step = answer({
  id: text,
  state: oneOf(stepStates),
  taskId: orNull(id),
  capability: text,
  needs: list(text),
  attempts: integer,
  startedAt: orNull(time),
  finishedAt: orNull(time),
  output: anything,
  error: orNull(ref('TaskError')),
});

const summary = {
  id,
  name: text,
  state: oneOf(workflowStates),
  progress: ref('WorkflowProgress'),
  createdAt: time,
  startedAt: orNull(time),
  finishedAt: orNull(time),
};

export const workflowSchemas = {
  WorkflowDocument: workflowDocumentSchema as JsonObject,
  WorkflowCreate: {
    ...answer({
      'name?': text,
      definition: ref('WorkflowDocument'),
      'input?': anObject,
      'start?': { ...flag, description: 'Start it at once.' },
    }),
    additionalProperties: false,
    examples: [
      {
        name: 'hello',
        definition: {
          name: 'hello',
          steps: [{ id: 'echo', capability: 'probe.echo', input: { text: '${{ input.text }}' } }],
        },
        input: { text: 'mesh' },
        start: true,
      },
    ],
  },
  WorkflowStart: { ...answer({ 'input?': anObject }), additionalProperties: false },
  WorkflowProgress: progress,
  WorkflowStep: step,
  Workflow: answer({
    ...summary,
    definition: ref('WorkflowDocument'),
    input: anObject,
    output: anything,
    steps: list(ref('WorkflowStep')),
    error: orNull(ref('TaskError')),
  }),
  WorkflowSummary: answer(summary),
  WorkflowPage: page('WorkflowSummary'),
  WorkflowResults: {
    ...anObject,
    description: 'Figures of a run: counts, durations, contribution per agent, overhead.',
  },
} satisfies Record<string, JsonObject>;

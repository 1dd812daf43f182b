import { type JsonObject, patternNames, pauseModes, stepStates, workflowStates } from '@baton/contracts';
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
  percent: { ...number, description: '0 to 100, never falling while the run goes on.' },
  total: integer,
  completed: integer,
  failed: integer,
  running: integer,
  waiting: integer,
  etaSeconds: { ...orNull(number), description: 'Null: it does not run, or something of it cannot be known.' },
  etaLowSeconds: orNull(number),
  etaHighSeconds: { ...orNull(number), description: 'The end comes between these in about eight of ten cases.' },
  current: {
    ...list(answer({ id: text, state: oneOf(stepStates), capability: orNull(text), startedAt: orNull(time) })),
    description: 'What runs now, the longest first; at most twenty.',
  },
});

const step = answer({
  id: { ...text, description: 'Its place: `report`, `each[3]`, `sub/search`.' },
  kind: oneOf(['task', 'wait', 'workflow', 'forEach', ...patternNames]),
  state: oneOf(stepStates),
  taskId: orNull(id),
  capability: orNull(text),
  needs: list(text),
  attempts: integer,
  startedAt: orNull(time),
  finishedAt: orNull(time),
  agent: orNull(answer({ id, name: text })),
  cost: orNull(number),
  output: anything,
  error: orNull(ref('TaskError')),
});

const definition = { name: text, version: integer, description: orNull(text), createdBy: text, createdAt: time };

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
  WorkflowCreate: {
    ...answer({
      'name?': text,
      'definition?': ref('WorkflowDocument'),
      'workflow?': { ...text, description: 'Instead of `definition`: the name of a stored one.' },
      'version?': { ...integer, description: 'Of that; default: the newest.' },
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
  WorkflowPause: {
    ...answer({
      'running?': { ...oneOf(pauseModes), description: 'What becomes of tasks under way; default finish.' },
    }),
    additionalProperties: false,
  },
  WorkflowRerun: { ...answer({ from: { ...text, description: 'Id of a step.' } }), additionalProperties: false },
  WorkflowCheck: answer({
    valid: flag,
    faults: list(answer({ path: text, message: text })),
    definitions: list(answer({ name: text, version: integer })),
  }),
  DefinitionCreate: {
    ...answer({ 'name?': text, definition: ref('WorkflowDocument') }),
    additionalProperties: false,
  },
  Definition: answer({ ...definition, definition: ref('WorkflowDocument') }),
  DefinitionSummary: answer(definition),
  DefinitionPage: page('DefinitionSummary'),
  Json: { description: 'Any JSON.' },
  WorkflowStepPage: page('WorkflowStep'),
  WorkflowProgress: progress,
  WorkflowStep: step,
  Workflow: answer({
    ...summary,
    definition: ref('WorkflowDocument'),
    input: anObject,
    output: anything,
    'steps?': list(ref('WorkflowStep')),
    error: orNull(ref('TaskError')),
  }),
  WorkflowSummary: answer(summary),
  WorkflowPage: page('WorkflowSummary'),
} satisfies Record<string, JsonObject>;

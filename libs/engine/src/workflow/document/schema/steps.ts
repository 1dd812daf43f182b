import { type JsonObject, patternNames } from '@baton/contracts';
import { anyStep, closed, expression, input, name, taskTerms, textOr, timeoutSeconds, whole } from './fields';
import { patternFields } from './patterns';

const has = (field: string): JsonObject => ({ properties: { [field]: {} }, required: [field] });

const subWorkflow = {
  'workflow!': { ...name, description: 'The name of a stored definition.' },
  definitionVersion: { ...whole(1, 1e9), description: 'Default: the newest when the run is created.' },
  input: textOr(
    { ...expression, pattern: '^\\s*\\$\\{\\{', description: 'An object, or one ${{ … }} that gives one.' },
    { type: 'object' },
    'An object with expressions, or an expression that gives one. Default: {}.',
  ),
};

const wait = closed(
  {
    signal: { ...name, description: 'Goes on when this signal is sent to the run; its payload is the output.' },
    timeoutSeconds: { ...timeoutSeconds, description: 'How long the signal may take to come; default: any time.' },
    onTimeout: { type: 'string', enum: ['fail', 'continue'], description: 'Default: fail.' },
    seconds: textOr(
      expression,
      { type: 'number', minimum: 0, maximum: 31_536_000 },
      'A number, or an expression that gives one.',
    ),
    until: { ...expression, description: 'A time with its zone (ISO 8601), or an expression that gives one.' },
  },
  { title: 'wait', oneOf: [has('signal'), has('seconds'), has('until')] },
);

const stageOnly = {
  id: anyStep['id!'] as JsonObject,
  concurrency: { ...whole(1, 100_000), description: 'Items at once; default 1.' },
  buffer: { ...whole(1, 100_000), description: 'Items that may wait before it; default 2 × concurrency.' },
  timeoutSeconds,
};

/** A schema per pattern, and which of them counts. */
function byPattern(title: string, around: Readonly<Record<string, JsonObject>>): JsonObject {
  return {
    type: 'object',
    properties: { pattern: { enum: [...patternNames] } },
    allOf: patternNames.map((pattern) => ({
      if: { properties: { pattern: { const: pattern } } },
      then: closed(
        { 'pattern!': { const: pattern }, ...around, ...patternFields[pattern] },
        { title: `${title} ${pattern}` },
      ),
    })),
  };
}

/** A document that is one pattern. */
export const patternDocument = (head: Readonly<Record<string, JsonObject>>): JsonObject =>
  byPattern('the pattern', { ...head, timeoutSeconds });

/** Which of the two says what the object is: asked for in this order, and the last is what is left. */
function firstOf(choices: readonly (readonly [field: string, of: string])[], rest: string): JsonObject {
  return choices.reduceRight<JsonObject>(
    (otherwise, [field, of]) => ({
      type: 'object',
      if: has(field),
      then: { $ref: `#/definitions/${of}` },
      else: otherwise,
    }),
    { $ref: `#/definitions/${rest}` },
  );
}

/** Everything below a document. */
export const stepDefinitions: Readonly<Record<string, JsonObject>> = {
  steps: { type: 'array', minItems: 1, maxItems: 10_000, items: { $ref: '#/definitions/step' } },
  step: firstOf(
    [
      ['pattern', 'patternStep'],
      ['workflow', 'subWorkflowStep'],
      ['wait', 'waitStep'],
    ],
    'taskStep',
  ),
  taskStep: closed({ ...anyStep, 'capability!': name, input, ...taskTerms }, { title: 'a step that is a task' }),
  subWorkflowStep: closed({ ...anyStep, ...subWorkflow }, { title: 'a step that is a sub-workflow' }),
  waitStep: closed({ ...anyStep, 'wait!': { $ref: '#/definitions/wait' } }, { title: 'a step that waits' }),
  patternStep: byPattern('a step with the pattern', anyStep),
  wait,
  stage: firstOf([['workflow', 'subWorkflowStage']], 'taskStage'),
  taskStage: closed({ ...stageOnly, 'capability!': name, input, ...taskTerms }, { title: 'a stage' }),
  subWorkflowStage: closed({ ...stageOnly, ...subWorkflow }, { title: 'a stage that is a sub-workflow' }),
};

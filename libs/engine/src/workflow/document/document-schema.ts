import { type JsonObject } from '@baton/contracts';
import { amount, closed, name, seconds, sharedFields, whole } from './schema/fields';
import { patternDocument, stepDefinitions } from './schema/steps';

/** Beyond these a document is refused when it is created. */
export const documentLimits = {
  /** Steps and stages in all, those inside others included. */
  steps: 10_000,
  /** Patterns inside each other. */
  nesting: 8,
  /** Lists and objects inside each other. */
  depth: 150,
  jsonLength: 8 * 1024 * 1024,
  faults: 100,
} as const;

const head = {
  'name!': { ...name, description: 'For lists; need not be unique.' },
  description: { type: 'string', maxLength: 10_000 },
  input: { type: 'object', description: "Defaults of the run's input." },
  onFailure: { type: 'string', enum: ['fail-fast', 'continue'], description: 'Default: fail-fast.' },
  output: { description: 'Evaluated when the run ends. Default: the outputs of the steps nobody needs, by id.' },
  deadlineSeconds: { ...seconds, description: 'From its start; then it fails, also while it is paused.' },
  concurrency: { ...whole(1, 100_000), description: 'Tasks of the run at once; default: any number.' },
  budget: closed(
    { tasks: whole(1, 10_000_000), depth: whole(0, 20), seconds, cost: amount },
    { title: 'budget', description: 'What the run may use up, with what it spawns and its sub-workflows.' },
  ),
} satisfies Record<string, JsonObject>;

/** The published schema of a workflow document. What it cannot say (references, cycles) `compileWorkflow` checks. */
export const workflowDocumentSchema: JsonObject = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://baton.dev/schemas/workflow.json',
  title: 'Baton workflow document',
  type: 'object',
  if: { properties: { pattern: {} }, required: ['pattern'] },
  then: { $ref: '#/definitions/patternWorkflow' },
  else: { $ref: '#/definitions/stepsWorkflow' },
  definitions: {
    stepsWorkflow: closed({ ...head, 'steps!': { $ref: '#/definitions/steps' } }, { title: 'a workflow document' }),
    patternWorkflow: patternDocument(head),
    ...stepDefinitions,
    ...sharedFields,
  },
};

import { type JsonObject, workflowStates } from '@baton/contracts';
import { executions, issueCodes, severities } from '@baton/engine';
import { anObject, answer, anything, flag, id, integer, list, number, oneOf, orNull, ref, text, time } from './parts';

const figures = { tasks: integer, completed: integer, failed: integer };
const spread = orNull(answer({ count: integer, meanMs: number, p50Ms: number, p95Ms: number, maxMs: number }));
const share = orNull(answer({ mean: number, min: number }));
const quality = orNull(
  answer(
    { tasks: integer, confidence: share, coverage: share, citations: orNull(integer), sources: orNull(integer) },
    'What agents said of completed tasks.',
  ),
);
const taskTimes = {
  queuedMs: number,
  dispatchMs: number,
  workMs: number,
  recordingMs: number,
  subtasksMs: number,
};
const pathTimes = { ...taskTimes, heldMs: number, waitedMs: number };
const place = { step: text, capability: orNull(text) };

const criticalPath = answer(
  {
    ...pathTimes,
    length: integer,
    entries: list(answer({ ...place, ...pathTimes, startedAt: time, finishedAt: orNull(time), ms: number })),
  },
  'The chain of steps that determined the end; its times are together the duration of the run.',
);
const bottleneck = answer({
  ...{ ...place, ms: number, share: number },
  gainMs: { ...number, description: 'The run would end so much earlier if it took no time.' },
  mostly: oneOf(Object.keys(pathTimes)),
});
const agent = answer({
  agentId: id,
  name: orNull(text),
  ...figures,
  ...{ attempts: integer, failedAttempts: integer, workMs: number, share: number, peakInFlight: integer },
  ...{ cost: orNull(number), quality },
});
const step = answer({
  id: text,
  ...figures,
  ...{ attempts: integer, meanWaitMs: orNull(number), meanWorkMs: orNull(number), work: spread },
  outsideAgents: answer({ queuedMs: number, dispatchMs: number, recordingMs: number }),
  ...{ cost: orNull(number), quality },
});

const issue = answer({
  code: oneOf(issueCodes),
  severity: oneOf(severities),
  step: { ...orNull(text), description: 'Null: it is about the run, or about an agent.' },
  message: text,
  evidence: { ...anObject, description: 'Numbers and names that show it.' },
  remedy: text,
});

const expected = { makespanMs: number, lowMs: number, highMs: number };
const candidate = answer({
  execution: oneOf(executions),
  concurrency: { ...orNull(integer), description: 'Tasks at once; null: as many as there are slots.' },
  stages: list(answer({ id: text, capability: orNull(text), concurrency: integer })),
  ...expected,
});
const recommendation = answer(
  {
    execution: oneOf(executions),
    pattern: oneOf(['sequential', 'parallel', 'pipeline']),
    concurrency: orNull(integer),
    ...expected,
    change: { ...text, description: 'What to change in the document.' },
    reasons: list(text),
    candidates: list(candidate),
    shape: answer({
      kind: oneOf(['single', 'chain', 'independent', 'graph']),
      ...{ steps: integer, depth: integer, width: integer, edges: integer, maxFanIn: integer, maxFanOut: integer },
      streams: list(list(text)),
      alike: list(answer({ capability: text, steps: list(text) })),
    }),
    loads: list(
      answer({
        ...{ capability: text, tasks: integer, meanMs: number, slots: orNull(integer), boundMs: number },
        known: { ...integer, description: 'Durations that are known; 0: it has never been done.' },
      }),
    ),
    unknown: list(text),
    assumptions: list(text),
  },
  'The expected makespan lies between lowMs and highMs in about eight of ten cases.',
);

export const insightSchemas = {
  WorkflowRecommendation: recommendation,
  WorkflowDiagnosis: answer({
    id,
    state: oneOf(workflowStates),
    healthy: { ...flag, description: 'There is nothing but infos.' },
    issues: { ...list(issue), description: 'The worst first.' },
  }),
  WorkflowResults: answer(
    {
      id,
      state: oneOf(workflowStates),
      output: anything,
      error: orNull(ref('TaskError')),
      durationMs: orNull(number),
      tasks: answer({ total: integer, completed: integer, failed: integer, canceled: integer }),
      successRate: orNull(number),
      attempts: integer,
      work: spread,
      cost: orNull(number),
      quality,
      throughputPerSecond: orNull(number),
      workMs: number,
      outsideAgentsMs: orNull(number),
      meanParallelism: orNull(number),
      peakParallelism: integer,
      parallelEfficiency: orNull(number),
      slots: integer,
      slotUtilisation: orNull(number),
      overhead: answer({ ...taskTimes, share: orNull(number) }, 'Where the time of all tasks went.'),
      criticalPath: orNull(criticalPath),
      bottlenecks: list(bottleneck),
      steps: list(step),
      agents: list(agent),
    },
    'What came of a run so far; times in milliseconds.',
  ),
} satisfies Record<string, JsonObject>;

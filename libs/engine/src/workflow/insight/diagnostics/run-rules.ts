import { plainKey } from '../../progress/forecast';
import { type Body } from '../../document/graph';
import { type Unit } from '../../run/unit';
import { isActive, isEnded } from '../../run/unit-state';
import { unitsOf } from '../../run/workflow-run';
import { grouped } from '../results/figures';
import { type DiagnosisFacts, type Issue } from './issue';

/** A brain that is there acts within milliseconds, and another takes over within seconds. */
const STALL_MS = 10_000;

/** The run is in somebody's hands. */
export function paused({ run }: DiagnosisFacts): Issue[] {
  if (run.state !== 'paused') return [];
  const underWay = [...unitsOf(run)].filter(isActive).length;
  const message = `The run is paused${underWay > 0 ? `; ${underWay} tasks are still under way` : ''}.`;
  const remedy = 'POST /api/workflows/{id}/resume lets it go on.';
  return [{ code: 'paused', severity: 'info', step: null, message, evidence: { underWay }, remedy }];
}

/** The run could go on, or nothing could ever make it go on. */
export function stuck(facts: DiagnosisFacts): Issue[] {
  const { run, now, hasBrain } = facts;
  if (run.state !== 'running') return [];
  const why = stallOf(facts);
  if (!why || now.getTime() - why.since < STALL_MS) return [];
  const brain = hasBrain ? 'An orchestrator holds the lease' : 'No orchestrator holds the lease';
  return [
    {
      code: 'stuck',
      severity: 'error',
      step: null,
      message: `${why.what} ${Math.round((now.getTime() - why.since) / 1000)} s ago, and nothing has followed. ${brain}.`,
      evidence: { since: new Date(why.since).toISOString(), hasBrain, ...why.evidence },
      remedy:
        'GET /api/system/status tells who is the brain; start an orchestrator if there is none, else restart it: the next one loads the run and goes on.',
    },
  ];
}

interface Stall {
  readonly what: string;
  readonly since: number;
  readonly evidence: { readonly [name: string]: string };
}

function stallOf({ run, tasks }: DiagnosisFacts): Stall | undefined {
  const endOf = new Map(tasks.flatMap(({ id, finishedAt }) => (finishedAt ? [[id, finishedAt] as const] : [])));
  const units = [...unitsOf(run)];
  for (const unit of units.filter(isActive)) {
    const ended = unit.taskId !== null && endOf.get(unit.taskId);
    if (ended) return { what: `The task of ${unit.key} ended`, since: ended.getTime(), evidence: { step: unit.key } };
  }
  if (run.wakeAt) return { what: 'A timer of the run was due', since: run.wakeAt.getTime(), evidence: {} };
  if (units.some(isAlive)) return undefined;
  const times = units.flatMap(({ finishedAt }) => finishedAt?.getTime() ?? []);
  return { what: 'The last step ended', since: Math.max((run.startedAt as Date).getTime(), ...times), evidence: {} };
}

/** Something that will come to it will move the run. */
function isAlive(unit: Unit): boolean {
  if (isActive(unit)) return true;
  return unit.startedAt !== null && !isEnded(unit) && (unit.body.kind === 'wait' || isAuction(unit.body));
}

function isAuction(body: Body): boolean {
  return body.kind === 'pattern' && body.pattern.name === 'auction';
}

export function waitingForSignals({ run, now }: DiagnosisFacts): Issue[] {
  const waits = [...unitsOf(run)].flatMap(awaitedBy);
  return grouped(waits, ({ key, signal }) => `${signal} ${plainKey(key)}`).map(([, group]) => {
    const { key, signal, since, timeoutSeconds } = group[0] as Awaited;
    const seconds = (now.getTime() - since.getTime()) / 1000;
    return {
      code: 'waiting-for-signal',
      severity: 'info',
      step: plainKey(key),
      message: `${key} has waited ${Math.round(seconds)} s for the signal "${signal}".`,
      evidence: { signal, since: since.toISOString(), seconds, timeoutSeconds, waits: group.length },
      remedy: `POST /api/workflows/{id}/signals/${signal} with any JSON lets it go on.`,
    };
  });
}

interface Awaited {
  readonly key: string;
  readonly signal: string;
  readonly since: Date;
  readonly timeoutSeconds: number | null;
}

function awaitedBy({ key, body, startedAt, finishedAt }: Unit): Awaited[] {
  if (body.kind !== 'wait' || body.signal === undefined || startedAt === null || finishedAt !== null) return [];
  return [{ key, signal: body.signal, since: startedAt, timeoutSeconds: body.timeoutSeconds ?? null }];
}

/** Steps yet to come that nobody who is present could do. */
export function missingAgents({ run, tasks, slots }: DiagnosisFacts): Issue[] {
  if (run.finishedAt !== null) return [];
  const asked = new Set(tasks.filter(({ finishedAt }) => finishedAt === null).map(({ capability }) => capability));
  const coming = [...unitsOf(run)].filter((unit) => unit.startedAt === null && !isEnded(unit));
  const wanted = coming.flatMap(({ key, body }) => doableBy(body).map((capabilities) => ({ key, capabilities })));
  const missing = wanted.filter(({ capabilities }) => capabilities.every((name) => !slots.has(name)));
  const named = missing.filter(({ capabilities: [first] }) => !asked.has(first as string));
  return grouped(named, ({ capabilities: [first] }) => first as string).map(([capability, group]) => ({
    code: 'no-capable-agent',
    severity: 'warning',
    step: plainKey((group[0] as (typeof group)[number]).key),
    message: `No agent that is present offers ${capability}: ${group.length} steps yet to come will wait for one.`,
    evidence: { capability, steps: group.slice(0, 5).map(({ key }) => key), count: group.length },
    remedy: `Start one: POST /api/agents, or the deployment file. GET /api/agents?capability=${capability} shows who offers it.`,
  }));
}

/** For each task in it, the capabilities of which one is enough. What is inside sub-workflows shows when they begin. */
function doableBy(body: Body): string[][] {
  switch (body.kind) {
    case 'task':
      return [[body.capability, ...(body.terms.fallback ?? [])]];
    case 'steps':
      return body.graph.nodes.flatMap((node) => doableBy(node.body));
    case 'pattern':
      return body.parts.flatMap(doableBy);
    default:
      return [];
  }
}

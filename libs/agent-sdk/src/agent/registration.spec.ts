import { type Bus, RequestFailedError } from '@baton/bus';
import { type AgentRegister, type AgentRegistered, type Problem } from '@baton/contracts';
import { ConfigurationError, createLogger } from '@baton/observability';
import { newAgentId } from '../../test/mesh-stand-in';
import { Registration } from './registration';

const agentId = newAgentId();
const good: AgentRegistered = { agentId, incarnation: 2, heartbeatSeconds: 5 };
let asked: number;
let answers: unknown[];
let waits: number[];
let onWait = (): void => undefined;
let registration: Registration;

function problem(status: number, code: string): RequestFailedError {
  const text: Problem = { type: `urn:baton:error:${code}`, title: code, status, code, detail: `because of ${code}` };
  return new RequestFailedError(text);
}

beforeEach(() => {
  asked = 0;
  answers = [];
  waits = [];
  const request = async (): Promise<{ data: unknown }> => {
    asked++;
    await Promise.resolve();
    const answer = answers.shift() ?? good;
    if (answer instanceof Error) throw answer;
    return { data: answer };
  };
  const wait = (ms: number, signal: AbortSignal): Promise<unknown> => {
    waits.push(ms);
    signal.throwIfAborted();
    onWait();
    return Promise.resolve();
  };
  const bus = { request } as unknown as Bus;
  const logger = createLogger('registration', 'silent');
  registration = new Registration(bus, { agentId } as AgentRegister, logger, wait);
});

test('it asks until a registry answers: nobody there, too slow, full, or nonsense', async () => {
  answers = [
    new Error('nobody'),
    problem(422, 'AGENT_LIMIT_REACHED'),
    problem(503, 'DATABASE_UNAVAILABLE'),
    { agentId },
  ];
  expect(await registration.register()).toEqual(good);
  expect(asked).toBe(5);
  for (const [at, ms] of [100, 200, 400, 800].entries()) {
    expect(waits[at]).toBeGreaterThanOrEqual(ms * 0.75);
    expect(waits[at]).toBeLessThanOrEqual(ms * 1.25);
  }
});

test('a refusal of the agent as it is ends it, with the reason', async () => {
  answers = [problem(400, 'VALIDATION_FAILED')];
  await expect(registration.register()).rejects.toThrow(ConfigurationError);
  expect(asked).toBe(1);
});

test('asked for again while it is under way it registers once more, not more often', async () => {
  const all = [registration.register(), registration.register(), registration.register()];
  expect(await Promise.all(all)).toEqual([good, good, good]);
  expect(asked).toBe(2);
});

test('stopped it asks no more', async () => {
  answers = [new Error('nobody'), new Error('nobody'), new Error('nobody')];
  onWait = () => registration.stop();
  await expect(registration.register()).rejects.toThrow(/aborted/i);
  expect(asked).toBe(1);
});

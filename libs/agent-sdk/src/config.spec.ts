import { isUuid } from '@baton/contracts';
import { readAgentConfig } from './config';

test('an empty environment is enough', () => {
  const config = readAgentConfig('greeter', undefined, {});
  expect(config).toMatchObject({ heartbeatSeconds: 5, drainMs: 10_000, concurrency: undefined, healthPort: undefined });
  expect(isUuid(config.agentId)).toBe(true);
  expect(config.name).toBe(`greeter-${config.agentId.slice(-8)}`);
});

test('the environment wins over the agent’s own name; tags are a list', () => {
  const read = (variables: Record<string, string>): unknown => readAgentConfig('f', 'own', variables);
  expect(read({})).toMatchObject({ name: 'own' });
  expect(read({ BATON_AGENT_NAME: 'f-1', BATON_AGENT_TAGS: 'gpu, eu ,' })).toMatchObject({
    name: 'f-1',
    tags: ['gpu', 'eu'],
  });
});

test('every wrong value is named at once', () => {
  const wrong = { MESSAGE_QUEUE_URL: 'http://x', BATON_AGENT_ID: '7', BATON_AGENT_CONCURRENCY: '0', LOG_LEVEL: 'loud' };
  for (const name of Object.keys(wrong)) expect(() => readAgentConfig('f', undefined, wrong)).toThrow(name);
});

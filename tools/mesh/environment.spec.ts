import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { meshEnvironment, readEnvironment } from './environment';

const example = readFileSync(resolve(__dirname, '..', '..', '.env.example'), 'utf8');
const unset = /^# (?=[A-Z_]+=)/gm;

test('.env.example names exactly the variables there are', () => {
  const shown = Object.keys(parseEnv(example.replace(unset, '')));
  expect(shown.sort()).toEqual(Object.keys(meshEnvironment.shape).sort());
});

test('whatever an app reads is shown there, but for what the host tells each agent', () => {
  const root = resolve(__dirname, '..', '..');
  const apps = readdirSync(join(root, 'apps')).map((app) => join(root, 'apps', app, 'src', 'config.ts'));
  const libs = ['libs/agent-sdk/src/config.ts', 'libs/bus/src/broker-environment.ts'].map((file) => join(root, file));
  const sources = [...apps, ...libs].filter((file) => existsSync(file));
  const read = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ +([A-Z][A-Z_]+):/gm)].map((match) => match[1] ?? ''),
  );
  const internal = /^BATON_(AGENT_[A-Z]+|APPS_DIR|HOST_NAME)$/;
  expect(read.length).toBeGreaterThan(10);
  expect(read.filter((name) => !internal.test(name) && !(name in meshEnvironment.shape))).toEqual([]);
});

test('the values .env.example sets are the defaults', () => {
  expect(readEnvironment(parseEnv(example) as NodeJS.ProcessEnv)).toEqual(readEnvironment({}));
});

test('the values it only shows are accepted', () => {
  expect(() =>
    readEnvironment(parseEnv(example.replace(unset, '').replace(/^BATON_DEPLOYMENT.*$/m, '')) as NodeJS.ProcessEnv),
  ).not.toThrow();
});

test('every fault is named at once, without the value', () => {
  const faults = (): unknown =>
    readEnvironment({
      AGENT_ORCHESTRATOR_PORT: 'eighty',
      METRICS_PORT: '70000',
      DATABASE_URL: 'mysql://root:hunter2@host/x',
      BATON_DEPLOYMENT: '/nowhere.yaml',
      LOG_LEVEL: 'loud',
      MAX_RETRIES: '-1',
    });
  expect(faults).toThrow(
    /AGENT_ORCHESTRATOR_PORT: .*\n.*METRICS_PORT: .*\n.*DATABASE_URL: is not a URL like.*\n.*BATON_DEPLOYMENT: .*\n.*MAX_RETRIES: .*\n.*LOG_LEVEL: is not one of/,
  );
  expect(faults).not.toThrow('hunter2');
});

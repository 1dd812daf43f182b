import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { applications } from '../build';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string; args: { APP: string } };
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
}

const root = resolve(__dirname, '..', '..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(compose.services);
const known = parseEnv(readFileSync(join(root, '.env.example'), 'utf8').replace(/^# (?=[A-Z_]+=)/gm, ''));

/** The Compose Specification's own schema, as the compose linter carries it. */
function composeFaults(document: unknown): unknown[] {
  const file = join(dirname(require.resolve('dclint/package.json')), 'schemas', 'compose.schema.json');
  const { $schema: _draft, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return validate(document) ? [] : (validate.errors ?? []);
}

test('docker-compose.yml keeps to the Compose Specification', () => {
  expect(composeFaults(compose)).toEqual([]);
  expect(composeFaults({ services: { a: { imagine: 'x' } } })).not.toEqual([]);
});

test('it brings up the broker, the database and every app that is no agent', () => {
  const apps = applications()
    .map(([name]) => name)
    .filter((name) => !name.endsWith('-agent'));
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(['rabbitmq', 'postgres', ...apps]));
});

test.each(services)(
  '%s depends on services that exist, and waits only for ones that can become healthy',
  (_name, service) => {
    for (const [target, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services).toHaveProperty(target);
      if (condition === 'service_healthy') expect(compose.services[target]?.healthcheck).toBeDefined();
    }
  },
);

test.each(services)(
  '%s is built from files and for an app that exist, or pulled by a tag',
  (name, { build, image }) => {
    if (!build) return expect(image).toMatch(/^[a-z]+:\d/);
    expect(existsSync(join(root, build.context, build.dockerfile))).toBe(true);
    expect(build.args.APP).toBe(name);
  },
);

test('what the Dockerfile copies from the clone is there', () => {
  const dockerfile = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8');
  const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
});

test('every variable it reads and every one it sets for an app is one of .env.example', () => {
  const read = [...text.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1] ?? '');
  const set = services
    .filter(([, { build }]) => build)
    .flatMap(([, { environment }]) => Object.keys(environment ?? {}));
  expect([...read, ...set].filter((name) => !(name in known))).toEqual([]);
});

test('no two services want the same port of the machine, and all are bound to it alone', () => {
  const published = services
    .flatMap(([, { ports }]) => ports ?? [])
    .map((port) => port.replace(/\$\{[A-Z_]+:-(\d+)\}/g, '$1'));
  const hostPorts = published.map((port) => port.split(':').slice(0, 2).join(':'));
  expect(hostPorts.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  expect(new Set(hostPorts).size).toBe(hostPorts.length);
});

test('every named volume is declared, and each declared one used', () => {
  const used = services.flatMap(([, { volumes }]) => volumes ?? []).map((volume) => volume.split(':')[0]);
  expect(used.sort()).toEqual(Object.keys(compose.volumes).sort());
});

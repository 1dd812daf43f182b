import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { exchanges, queues } from '@baton/bus';
import * as contracts from '@baton/contracts';
import { workflowDocumentSchema } from '@baton/engine';

/** The reference says what the code says: a code, variable, message or field that comes or goes shows here. */
const root = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The cells of the table under a heading, row by row, without the backticks; the head is left out. */
function table(path: string, heading: string): string[][] {
  const text = `\n${read(path)}`.split(`\n${heading}\n`)[1] ?? '';
  const lines = text.split('\n').slice(text.startsWith('\n') ? 1 : 0);
  const start = lines.findIndex((line) => line.startsWith('|'));
  const rows = lines.slice(start).slice(2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}
const firstCells = (path: string, heading: string): string[] => table(path, heading).map(([cell = '']) => cell);

test('errors: every code with its status, and no other', () => {
  const told = Object.fromEntries(
    table('docs/reference/errors.md', '# Errors').map(([code = '', status]) => [code, Number(status)]),
  );
  expect(told).toEqual({ ...contracts.errorCodes });
});

test('environment: README and reference have the variables of .env.example', () => {
  const variables = [...read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name).sort();
  expect(firstCells('README.md', '## Configuration').sort()).toEqual(variables);
  expect(firstCells('docs/reference/environment.md', '# Environment').sort()).toEqual(variables);
});

test('wire: every exchange, fixed queue and kind of message', () => {
  const path = 'docs/reference/wire.md';
  const names = Object.values(exchanges).map(({ name }) => name);
  expect(firstCells(path, '## Exchanges').sort()).toEqual(names.sort());
  const fixed = [queues.registry, queues.results, queues.orchestrator, queues.deadLetters].map(({ name }) => name);
  const made = [queues.inbox('<id>'), queues.host('<id>'), queues.brain('<owner>'), queues.heartbeats('<owner>', [])];
  const ofMessages = [queues.messages('<owner>', []), queues.mailbox('<address>'), queues.subscription('<name>', [])];
  const all = [...fixed, ...[...made, ...ofMessages, queues.events('<owner>', [])].map(({ name }) => name)];
  expect(firstCells(path, '## Queues')).toEqual(expect.arrayContaining(all));
  const kinds = Object.values(contracts).flatMap((value) => {
    const { type } = value as { type?: unknown };
    return typeof type === 'string' && type.startsWith('io.baton.') ? [type] : [];
  });
  expect(kinds.length).toBeGreaterThan(15);
  expect(firstCells(path, '## Messages').sort()).toEqual(kinds.sort());
});

test('workflow document: every field of document and step', () => {
  const path = 'docs/reference/workflow-document.md';
  const { properties } = workflowDocumentSchema as { properties: Record<string, { items: { properties: object } }> };
  expect(firstCells(path, '## Document').sort()).toEqual(Object.keys(properties).sort());
  expect(firstCells(path, '## Step').sort()).toEqual(Object.keys(properties.steps?.items.properties ?? {}).sort());
});

test('links lead somewhere', () => {
  const folders = ['docs', 'docs/adr', 'docs/guides', 'docs/reference'];
  const pages = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  const broken = ['README.md', 'CHANGELOG.md', ...pages].flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .filter(([, target = '']) => !existsSync(join(root, dirname(page), target)))
      .map(([, target]) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { exchanges, queues } from '@baton/bus';
import * as contracts from '@baton/contracts';
import { compileWorkflow, workflowDocumentSchema } from '@baton/engine';
import { parse } from 'yaml';

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

const workflowPage = 'docs/reference/workflow-document.md';
type Definition = { readonly properties: object; readonly allOf: readonly { readonly then: Definition }[] };
const definitions = workflowDocumentSchema.definitions as unknown as Record<string, Definition>;
const fieldsOf = (definition: Definition | undefined): string[] => Object.keys(definition?.properties ?? {});
const anyStep = ['id', 'needs', 'when', 'forEach', 'concurrency', 'optional', 'timeoutSeconds'];
const own = (name: string): string[] =>
  fieldsOf(definitions[name])
    .filter((field) => !anyStep.includes(field))
    .sort();

test('workflow document: every field of document, step, task, sub-workflow and wait', () => {
  const told = (heading: string): string[] => firstCells(workflowPage, heading).sort();
  expect(told('## Document')).toEqual(fieldsOf(definitions.stepsWorkflow).sort());
  expect(told('## Step')).toEqual([...anyStep, 'capability', 'workflow', 'wait', 'pattern'].sort());
  expect(fieldsOf(definitions.waitStep).sort()).toEqual([...anyStep, 'wait'].sort());
  expect(told('### Task')).toEqual(own('taskStep'));
  expect(told('### Sub-workflow')).toEqual(own('subWorkflowStep'));
  expect(told('### Wait')).toEqual(fieldsOf(definitions.wait).sort());
});

test('workflow document: every field of the seven patterns', () => {
  const task = own('taskStep');
  const variants = definitions.patternStep?.allOf ?? [];
  expect(variants).toHaveLength(contracts.patternNames.length);
  contracts.patternNames.forEach((pattern, index) => {
    const fields = fieldsOf(variants[index]?.then).filter((field) => !anyStep.includes(field) && field !== 'pattern');
    const besides = fields.includes('capability') ? fields.filter((field) => !task.includes(field)) : fields;
    expect(firstCells(workflowPage, `### ${pattern}`).sort()).toEqual(besides.sort());
  });
});

test('workflow document: every example compiles', () => {
  const blocks = [...read(workflowPage).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(12);
  const before = ['search', 'extract'].map((id) => ({ id, capability: 'probe.echo' }));
  const knows = {
    capability: () => true,
    definition: (name: string) => ({ name, version: 2, document: { name, steps: before } }),
  };
  for (const text of blocks) {
    const parsed: unknown = parse(text);
    const ids = Array.isArray(parsed) ? parsed.map(({ id }: { id: string }) => id) : [];
    const steps = [...before.filter(({ id }) => !ids.includes(id)), ...(Array.isArray(parsed) ? parsed : [])];
    const compiled = compileWorkflow(Array.isArray(parsed) ? { name: 'example', steps } : parsed, knows);
    expect({ text, faults: compiled.ok ? [] : compiled.faults }).toEqual({ text, faults: [] });
  }
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

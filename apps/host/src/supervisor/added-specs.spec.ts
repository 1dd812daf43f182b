import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentProcessSpec } from '@baton/contracts';
import { AddedSpecs } from './added-specs';

const spec: AgentProcessSpec = {
  name: 'extra',
  family: 'probe',
  tags: ['a'],
  concurrency: null,
  env: { KEY: 'secret' },
};
let folder: string;
let specs: AddedSpecs;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'added-')), 'host');
  specs = new AddedSpecs(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('keeps, readable by its owner only, and forgets', () => {
  specs.keep(spec);
  expect(specs.load()).toEqual([spec]);
  expect(statSync(join(folder, 'extra.json')).mode & 0o777).toBe(0o600);
  specs.forget('extra');
  specs.forget('extra');
  expect(specs.load()).toEqual([]);
});

test('every broken file is named, with what to do', () => {
  specs.keep(spec);
  writeFileSync(join(folder, 'torn.json'), '{"name":');
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...spec, name: '../up', more: 1 }));
  expect(() => specs.load()).toThrow(/torn\.json: .*delete it.*\n.*wrong\.json: .*name.*delete it/s);
});

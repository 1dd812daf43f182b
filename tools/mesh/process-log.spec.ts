import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessLog, shortForm } from './process-log';

test.each([
  ['an ordinary line stays in the file', '{"level":30,"msg":"ready"}', undefined],
  ['a warning tells its code', '{"level":40,"name":"registry","msg":"slow","code":"X"}', 'warn: registry slow (X)'],
  ['an error tells its cause', '{"level":50,"msg":"failed","err":{"message":"no route"}}', 'error: failed: no route'],
  ['what is no log line is shown as it is', 'Error: boom', 'Error: boom'],
  ['a line cut in half is shown as it is', '{"level":50,"msg":"fai', '{"level":50,"msg":"fai'],
])('%s', (_rule, line, short) => expect(shortForm(line)).toBe(short));

test('all lines reach the file, a flood does not reach the terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-log-'));
  const shown: string[] = [];
  const log = new ProcessLog('host', join(folder, 'logs', 'host.log'), (line) => shown.push(line));
  log.release();
  const line = '{"level":40,"msg":"again"}\n';
  log.write(line.repeat(60).slice(0, 40));
  log.write(line.repeat(60).slice(40));
  log.close();
  expect(readFileSync(log.file, 'utf8')).toBe(line.repeat(60));
  expect(shown).toHaveLength(11);
  expect(shown[0]).toBe('host: warn: again');
  expect(shown[10]).toContain(log.file);
  rmSync(folder, { recursive: true });
});

test('complaints before the release are held back for the reason of a failed start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-log-'));
  const shown: string[] = [];
  const log = new ProcessLog('host', join(folder, 'host.log'), (line) => shown.push(line));
  log.write('PORT: is not a number\n{"level":60,"msg":"PORT: is not a number"}\n');
  expect([shown, log.complaint]).toEqual([[], 'PORT: is not a number']);
  log.release();
  expect(shown).toEqual(['host: PORT: is not a number', 'host: fatal: PORT: is not a number']);
  log.close();
  rmSync(folder, { recursive: true });
});

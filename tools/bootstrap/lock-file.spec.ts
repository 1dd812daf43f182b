import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, lock, startedAt, tryLock } from './lock-file.cjs';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-lock-'));
  file = join(folder, 'some', 'one.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const deadPid = (): number => spawnSync('true').pid;
const owner = (pid: number, started: string | null): string => JSON.stringify({ pid, started });

test('one has it, the other hears who; released, it can be taken again', () => {
  const mine = tryLock(file);
  expect(tryLock(file).heldBy).toBe(process.pid);
  mine.release?.();
  expect(existsSync(file)).toBe(false);
  expect(tryLock(file).release).toBeDefined();
  expect(readdirSync(join(folder, 'some'))).toEqual(['one.lock']);
});

test.each([
  ['a process that is gone', () => owner(deadPid(), null)],
  ['a pid that belongs to another process by now', () => owner(process.pid, '1')],
  ['a process that died while writing', () => '{"pid":'],
])('the lock of %s is taken over', (_whose, content) => {
  tryLock(file).release?.();
  writeFileSync(file, content());
  expect(tryLock(file).release).toBeDefined();
});

test('waiting tells once who has it, and ends with the release', async () => {
  const mine = tryLock(file);
  const heard: number[] = [];
  const waiting = lock(file, (pid) => heard.push(pid));
  mine.release?.();
  (await waiting)();
  expect(heard).toEqual([process.pid]);
});

test('a process is alive only as long as it is the same one', () => {
  expect(isAlive(process.pid, startedAt(process.pid))).toBe(true);
  expect(isAlive(process.pid, '1')).toBe(false);
  expect(isAlive(deadPid())).toBe(false);
});

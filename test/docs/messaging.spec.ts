import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dedupeWindow, multicastLimits, patterns, queues, receptionDefaults, wireLimits } from '@baton/bus';
import { addressPattern } from '@baton/contracts';

/** The reference of messaging says what the code says. */
const page = readFileSync(resolve(__dirname, '../../docs/reference/messaging.md'), 'utf8');

function rows(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

test('every pattern has its guarantees, and no cell is empty', () => {
  const table = rows('Guarantees');
  expect(table.map(([pattern]) => pattern).sort()).toEqual([...patterns].sort());
  expect(table.flat().filter((cell) => cell === '')).toEqual([]);
});

test('limits are those of the code', () => {
  const [live, stored] = [queues.messages('o', []), queues.mailbox('a')];
  const told = rows('Windows and limits').map(([, limit = '']) => Number(limit.replaceAll(',', '')));
  const longestAddress = Number(/\{0,(\d+)\}/.exec(addressPattern)?.[1]) + 1;
  expect(told).toEqual([
    dedupeWindow.ids,
    dedupeWindow.answerCharacters,
    receptionDefaults.concurrency,
    receptionDefaults.leastPrefetch,
    multicastLimits.recipients,
    multicastLimits.addressBytes,
    wireLimits.eventDataBytes,
    longestAddress,
    live.maxLength,
    live.maxBytes,
    stored.maxLength,
    stored.maxBytes,
    6,
  ]);
  expect([queues.subscription('o', []).maxLength, queues.sharedSubscription('n', []).maxBytes]).toEqual([
    live.maxLength,
    stored.maxBytes,
  ]);
  expect(page).toContain(`with ${multicastLimits.addressOverhead} for each`);
});

import { chunksOf } from './chunks';
import { type EntityType } from './entity';
import { extractFrom } from './extract';

const signal = new AbortController().signal;
const extract = (text: string) => extractFrom(text, signal, () => undefined);
async function found(text: string, type: EntityType): Promise<string[]> {
  return (await extract(text)).entities.filter((entity) => entity.type === type).map((entity) => entity.text);
}

test.each<[string, EntityType, string[]]>([
  ['Dr. Maria Curie met Angela Merkel’s aide.', 'person', ['Dr. Maria Curie', 'Angela Merkel']],
  ['Written by John Smith (and James Brown).', 'person', ['John Smith', 'James Brown']],
  ['Microsoft Corporation and Acme Widgets Inc. sued the United Nations.', 'organization', ['Microsoft Corporation', 'Acme Widgets Inc', 'United Nations']],
  ['The Apache Software Foundation thanks Stanford University.', 'organization', ['Apache Software Foundation', 'Stanford University']],
  ['From Berlin, Germany to New York.', 'location', ['Berlin, Germany', 'New York']],
  ['On 3 March 2021, 2021-04-05 and April 6, 2022.', 'date', ['3 March 2021', '2021-04-05', 'April 6, 2022']],
  ['Since 1999, until 2020.', 'date', ['1999', '2020']],
  ['Version 1.2.2020-rc in v10/2020/01.js and at 5pm, in a few minutes.', 'date', []],
  ['Ended 2 days ago, on Monday, 5 May.', 'date', ['2 days ago', 'Monday, 5 May']],
  ['It costs $1,234.50, €5 million, 20 USD or 3 dollars.', 'money', ['$1,234.50', '€5 million', '20 USD', '3 dollars']],
  ['1,234 of 5.5 are 15 % or -3e8, not v1.2.3, 10.0.0.1, a1 or 4/5.', 'number', ['1,234', '5.5', '15 %', '-3e8']],
  ['See https://a.b/c?d=e#f, www.x.org/y and pool.com; not README.md or main.rs.', 'url', ['https://a.b/c?d=e#f', 'www.x.org/y', 'pool.com']],
  ['Mail jane.doe+x@example.co.uk or mailto:me@b.de now.', 'email', ['jane.doe+x@example.co.uk', 'mailto:me@b.de']],
])('%s has of %s: %j', async (text, type, expected) => {
  expect(await found(text, type)).toEqual(expected);
}); // prettier-ignore

test('offsets are UTF-16 and exact, over emoji, accents, line breaks and pieces; nothing overlaps', async () => {
  const paragraph =
    '😀 Zoë — Angela Merkel paid $5.20 on 1 May 2020\r\nin Paris 👩‍👩‍👧 see http://x.y/ü?😀 or mail a@b.org, said Microsoft Corporation. ';
  const text = paragraph.repeat(120);
  const { entities } = await extract(text);
  expect(entities.length).toBeGreaterThan(600);
  for (const { start, end, text: written } of entities) expect(text.slice(start, end)).toBe(written);
  for (const [place, entity] of entities.entries()) {
    expect(entity.start).toBeGreaterThanOrEqual(entities[place - 1]?.end ?? 0);
  }
});

test('key phrases unite word forms and rank what the text repeats', async () => {
  const text =
    'Connection recovery reopens a lost connection. Automatic connection recovery is on by default. ' +
    'Turn connection recovery off when topology recovery is enough. The topology is declared again. Butter is nice.';
  const phrases = (await extract(text)).keyPhrases;
  expect(phrases[0]).toEqual({ text: 'connection recovery', score: 1 });
  expect(phrases.map((phrase) => phrase.text)).toContain('topology');
  expect(phrases.map((phrase) => phrase.text)).not.toContain('Butter');
  expect(phrases.every((phrase, place) => phrase.score <= (phrases[place - 1]?.score ?? 1))).toBe(true);
});

test('empty and blank texts have nothing', async () => {
  expect(await extract('')).toEqual({ entities: [], keyPhrases: [], truncated: false });
  expect(await extract(' \n\t ')).toEqual({ entities: [], keyPhrases: [], truncated: false });
});

test.each([
  'a',
  '(',
  '1',
  'a.',
  'Aa ',
  '1/',
  '1-2-',
  'may ',
  'A, ',
  "'s",
  '😀',
  '$1',
  'http://',
  'a@',
  '1,000,',
  'Inc ',
  '\u0301',
  'Mr. ',
])(
  '20 kB of %j take less than two seconds of CPU',
  async (piece) => {
    const before = process.cpuUsage();
    await extract(piece.repeat(Math.ceil(20_000 / piece.length)));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2_000);
  },
  20_000,
);

test('a canceled extraction stops between two pieces', async () => {
  const cancel = new AbortController();
  const shares: number[] = [];
  const running = extractFrom('Plain words. '.repeat(5_000), cancel.signal, (share) => {
    shares.push(share);
    cancel.abort(new Error('canceled'));
  });
  await expect(running).rejects.toThrow('canceled');
  expect(shares).toHaveLength(1);
});

test('more entities than an answer should hold are cut, and the answer says so', async () => {
  const { entities, truncated } = await extract('a@b.org '.repeat(6_000));
  expect([entities.length, truncated]).toEqual([5000, true]);
});

test('pieces put together are the text; none splits a character', () => {
  const text = `${'😀'.repeat(3000)} ${'word '.repeat(3000)}`;
  const pieces = Array.from(chunksOf(text, 999));
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.filter((piece) => /\p{Surrogate}/u.test(piece.text))).toEqual([]);
  expect(Math.max(...pieces.map((piece) => piece.text.length))).toBeLessThanOrEqual(999);
});

import { type StepDocument } from '@baton/contracts';
import { outputSoFar } from './outputs';
import { failsWith } from './play-run';
import { grow3, playing, Puppet } from './puppet.fixture';

test('children are added and started as it says; of each end it is told', async () => {
  const puppet = new Puppet();
  puppet.moves = { begin: grow3, '1 completed': { grow: 2, start: [0, 2, 2, 7] } };
  const play = playing(puppet);
  await play.start();
  expect(play.states()).toEqual({
    p: 'running',
    'p[0]': 'queued',
    'p[1]': 'queued',
    'p[2]': 'pending',
    after: 'pending',
  });
  await play.end('p[1]');
  expect(play.submitted.map(({ key, submit }) => [key, submit])).toEqual([
    ['p[0]', { capability: 'first', input: 0 }],
    ['p[1]', { capability: 'first', input: 10 }],
    ['p[2]', { capability: 'first', input: 20 }],
  ]);
  expect(puppet.told).toEqual(['open ', 'begin', '1 completed']);
});

test('a child may do another part, in another way; also after a restart', async () => {
  const puppet = new Puppet();
  puppet.parts = (index) => index % 2;
  const submit = { agentId: 'a1', input: { mine: true } };
  puppet.plan = (index) => ({ part: puppet.parts(index), variables: { n: index }, ...(index === 1 && { submit }) });
  puppet.moves = { begin: { grow: 2, start: [1] } };
  const play = playing(puppet);
  await play.start();
  expect(play.submitted[0]?.submit).toEqual({ capability: 'second', input: { mine: true }, agentId: 'a1' });
  expect(play.restored().unit('p[1]').body).toMatchObject({ kind: 'task', capability: 'second' });
});

test('children that are not wanted are canceled or skipped, and it is told of them too', async () => {
  const puppet = new Puppet();
  const stop = { indexes: [0, 1, 2, 9], reason: 'enough' };
  puppet.moves = { begin: grow3, '0 completed': { stop } };
  const play = playing(puppet);
  await play.start();
  await play.end('p[0]');
  expect(play.states()).toMatchObject({ 'p[0]': 'completed', 'p[1]': 'canceled', 'p[2]': 'skipped' });
  expect(play.unit('p[2]').error).toEqual(failsWith('STEP_NOT_NEEDED', /enough/));
  expect(puppet.told.slice(2)).toEqual(['0 completed', '1 canceled', '2 skipped']);
});

test('its end stops the others, and it hears no more', async () => {
  const puppet = new Puppet();
  puppet.moves = { begin: grow3, '0 completed': { end: { state: 'completed', output: 'best' } } };
  const play = playing(puppet);
  await play.start();
  await play.end('p[0]');
  expect(play.states()).toEqual({
    p: 'completed',
    'p[0]': 'completed',
    'p[1]': 'canceled',
    'p[2]': 'skipped',
    after: 'queued',
  });
  expect(play.unit('p').output).toBe('best');
  expect(play.restored().unit('p').output).toBe('best');
  await play.end('p[1]');
  expect(puppet.told.at(-1)).toBe('0 completed');
});

test('its failure keeps what there is; a retry opens it again over its children', async () => {
  const puppet = new Puppet();
  const error = { code: 'MISSED', message: 'missed', retryable: true };
  puppet.moves = { begin: grow3, '0 failed': { memo: 7, end: { state: 'failed', error, output: 'some' } } };
  const play = playing(puppet);
  await play.start();
  await play.end('p[1]');
  await play.end('p[0]', 'failed');
  expect([play.unit('p').output, play.run.error]).toEqual(['some', failsWith('MISSED', /Step p failed: missed/)]);
  puppet.moves = { begin: { start: [0, 2] } };
  await play.send({ kind: 'retry' });
  expect(puppet.told.slice(-2)).toEqual(['open pending,completed,pending', 'begin']);
  expect([play.active, puppet.given.memo]).toEqual([['p[0]', 'p[2]'], 7]);
});

test('one that failed by itself without an output begins anew, without its memo', async () => {
  const puppet = new Puppet();
  const error = { code: 'NONE', message: 'none', retryable: true };
  puppet.moves = { begin: { memo: 1, end: { state: 'failed', error } } };
  const play = playing(puppet);
  await play.start();
  puppet.moves = {};
  await play.send({ kind: 'retry' });
  expect([play.unit('p').state, puppet.given.memo, puppet.told]).toEqual([
    'running',
    null,
    ['open ', 'begin', 'open ', 'begin'],
  ]);
});

test.each([
  ['cannot be evaluated', { population: '${{ $error("no") }}' }, 'EXPRESSION_FAILED', /population of step p cannot/],
  ['are not what it needs', { population: '${{ 0 }}' }, 'NO', /Step p failed: none/],
])('fields that %s fail it', async (_why, more, code, message) => {
  const play = playing(new Puppet(), more);
  await play.start();
  expect(play.run.error).toEqual(failsWith(code, message));
});

test('it knows its key, whether failures count, and evaluates its expressions without the scope of the step', async () => {
  const puppet = new Puppet();
  const play = playing(puppet, { optional: true });
  await play.start();
  const { key, failFast, step: written } = puppet.given;
  expect([key, failFast, (written as StepDocument).id]).toEqual(['run-1/p', false, 'p']);
  expect(await puppet.given.evaluate('fitness', { output: 4 })).toEqual({ ok: true, value: 4 });
  const other = new Puppet();
  await playing(other).start();
  expect(other.given.failFast).toBe(true);
});

test('it is woken at the time it asked for, once, also when it was restarted before', async () => {
  const puppet = new Puppet();
  const play = playing(puppet);
  puppet.moves = { begin: { wakeAt: new Date(play.now.getTime() + 5000) } };
  await play.start();
  expect(play.run.wakeAt).toEqual(new Date(play.now.getTime() + 5000));
  const again = play.restored();
  await again.later(4);
  expect(puppet.told.at(-1)).toBe('begin');
  puppet.moves = { woken: { wakeAt: null } };
  await again.later(1);
  await again.later(10);
  expect(puppet.told.filter((what) => what === 'woken')).toHaveLength(1);
  delete puppet.woken;
});

test('a time it does not ask for any more does not wake it', async () => {
  const puppet = new Puppet();
  const play = playing(puppet);
  puppet.moves = { begin: { ...grow3, wakeAt: new Date(play.now.getTime() + 5000) }, '0 completed': { wakeAt: null } };
  delete puppet.woken;
  await play.start();
  await play.end('p[0]');
  expect(play.run.wakeAt).toBeNull();
  puppet.moves = { '1 completed': { wakeAt: new Date(play.now.getTime() + 1000) } };
  await play.end('p[1]');
  await play.later(2);
  expect([play.unit('p').state, play.run.wakeAt]).toEqual(['running', null]);
});

test('what it tells and notes', async () => {
  const puppet = new Puppet();
  const told = { channel: 'news', data: { best: 1 } };
  puppet.moves = { begin: { tell: told, notes: [{ what: 'began', details: { n: 1 } }], memo: { a: 1 } } };
  const play = playing(puppet);
  const { notes, commands } = await play.start();
  expect(notes).toEqual([{ key: 'p', what: 'began', details: { n: 1 } }]);
  expect(commands).toEqual([{ kind: 'tell', key: 'p', ...told }]);
  expect(play.unit('p').memo).toEqual({ pattern: { a: 1 } });
});

test('a time-out keeps the best answer so far; so does a cancel', async () => {
  for (const how of ['time-out', 'cancel']) {
    const puppet = new Puppet();
    puppet.moves = { begin: grow3 };
    const play = playing(puppet, { timeoutSeconds: 5 });
    await play.start();
    puppet.interim = 'so far';
    expect(outputSoFar(play.unit('p'))).toBe('so far');
    if (how === 'cancel') await play.send({ kind: 'cancel', reason: 'no' });
    else await play.later(5);
    expect([play.unit('p').output, play.states()['p[0]']]).toEqual(['so far', 'canceled']);
    expect(outputSoFar(play.unit('p'))).toBe('so far');
  }
});

test('the best answer so far is kept also when the run is stopped right after a restart', async () => {
  const puppet = new Puppet();
  puppet.moves = { begin: grow3 };
  const play = playing(puppet);
  await play.start();
  puppet.interim = 'so far';
  const again = play.restored();
  await again.send({ kind: 'cancel', reason: 'no' });
  expect(again.unit('p').output).toBe('so far');
});

test('a turn without time tells it later', async () => {
  const puppet = new Puppet();
  puppet.moves = { begin: grow3 };
  const play = playing(puppet);
  await play.start();
  let left = 2;
  play.mayGoOn = () => (left -= 1) > 0;
  await play.end('p[0]');
  expect(puppet.told.at(-1)).toBe('begin');
  left = 100;
  await play.end('p[1]');
  expect(puppet.told.slice(2)).toEqual(['0 completed', '1 completed']);
});

test('what it is woken for may be its end', async () => {
  const puppet = new Puppet();
  const play = playing(puppet);
  const wakeAt = new Date(play.now.getTime() + 1000);
  puppet.moves = { begin: { wakeAt }, woken: { end: { state: 'completed', output: 1 } } };
  await play.start();
  await play.later(1);
  expect([play.unit('p').state, play.active]).toEqual(['completed', ['after']]);
});

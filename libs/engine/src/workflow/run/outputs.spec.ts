import { type StepDocument } from '@baton/contracts';
import { keptOutput } from './outputs';
import { PlayedRun, step } from './play-run';

test('a row holds the output that nothing else tells: not what its task holds, nor what follows from those inside', async () => {
  const line: StepDocument = { id: 'line', pattern: 'sequential', steps: [step('a')] };
  const told: StepDocument = { id: 'told', pattern: 'sequential', steps: [step('b')], output: '${{ steps.b.output }}' };
  const play = new PlayedRun([line, told, { id: 'wait', wait: { signal: 'go' } }]);
  await play.start();
  await play.end('line/a');
  await play.end('told/b');
  await play.send({ kind: 'signal', name: 'go', payload: 5 });
  const kept = ['line/a', 'line', 'told', 'wait'].map((key) => [play.unit(key).output, keptOutput(play.unit(key))]);
  expect(kept).toEqual([
    ['line/a done', null],
    ['line/a done', null],
    ['told/b done', 'told/b done'],
    [5, 5],
  ]);
});

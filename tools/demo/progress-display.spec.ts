import { type Workflow } from '@baton/contracts';
import { ProgressDisplay, type Screen } from './progress-display';

const workflow = (percent: number, completed: number, etaSeconds: number | null, running: string[]): Workflow =>
  ({
    state: 'running',
    progress: { percent, total: 10, completed, failed: 0, running: running.length, waiting: 0, etaSeconds },
    steps: [{ id: 'done', state: 'completed' }, ...running.map((id) => ({ id, state: 'running' }))],
  }) as unknown as Workflow;

function screen(isTTY: boolean, columns = 120): { written: string[]; screen: Screen } {
  const written: string[] = [];
  return { written, screen: { isTTY, columns, write: (text) => written.push(text) } };
}

test('a terminal has one line that is written anew, with bar and ETA', () => {
  const { written, screen: terminal } = screen(true);
  const display = new ProgressDisplay(terminal);
  display.show(workflow(50, 5, 2.1, ['extract', 'extract[0]', 'extract[1]']));
  display.show(workflow(50, 5, 2.1, ['extract', 'extract[0]', 'extract[1]']));
  display.close();
  expect(written).toEqual([`\r\u001b[2K${'█'.repeat(15)}${'░'.repeat(15)}  50 %  5 done  ETA 3 s  extract`, '\n']);
});

test('a narrow terminal gets a line that does not wrap', () => {
  const { written, screen: terminal } = screen(true, 30);
  new ProgressDisplay(terminal).show(workflow(50, 5, 2, ['extract']));
  expect(written[0]!.length).toBe('\r\u001b[2K'.length + 29);
});

test('elsewhere each change is a plain line; a new ETA alone is none', () => {
  const { written, screen: file } = screen(false);
  const display = new ProgressDisplay(file);
  display.show(workflow(40, 4, 9, ['search']));
  display.show(workflow(40, 4, 8, ['search']));
  display.show(workflow(50, 5, 7, []));
  display.close();
  expect(written).toEqual(['running: 40 % (4 done) search\n', 'running: 50 % (5 done)\n']);
});

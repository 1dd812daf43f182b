import { type Workflow } from '@baton/contracts';

const barLength = 30;

/** Where progress is shown: a terminal that can rewrite its line, or anything else. */
export interface Screen {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** Shows a workflow while it runs: one line that lives in a terminal, a plain line for each change elsewhere. */
export class ProgressDisplay {
  private last = '';

  constructor(private readonly screen: Screen) {}

  show(workflow: Workflow): void {
    const line = this.screen.isTTY ? barOf(workflow) : lineOf(workflow);
    if (line === this.last) return;
    this.last = line;
    this.screen.write(
      this.screen.isTTY ? `\r\u001b[2K${line.slice(0, Math.max(20, this.screen.columns - 1))}` : `${line}\n`,
    );
  }

  /** Ends the living line, so that what follows begins on its own. */
  close(): void {
    if (this.screen.isTTY && this.last !== '') this.screen.write('\n');
    this.last = '';
  }
}

function barOf(workflow: Workflow): string {
  const { percent, completed, etaSeconds } = workflow.progress;
  const full = Math.round((percent / 100) * barLength);
  const eta = etaSeconds === null ? '' : `  ETA ${Math.ceil(etaSeconds)} s`;
  const bar = `${'█'.repeat(full)}${'░'.repeat(barLength - full)}`;
  return `${bar} ${String(Math.round(percent)).padStart(3)} %  ${completed} done${eta}  ${runningOf(workflow)}`;
}

/** Without the ETA: it changes all the time, and each change would be a line. */
function lineOf(workflow: Workflow): string {
  const { percent, completed, failed } = workflow.progress;
  const failures = failed > 0 ? `, ${failed} failed` : '';
  const running = runningOf(workflow);
  return `${workflow.state}: ${Math.round(percent)} % (${completed} done${failures})${running && ` ${running}`}`;
}

const active = new Set(['queued', 'assigned', 'running', 'waiting']);

/** The steps at work, elements of a forEach under their step's name. */
function runningOf({ steps }: Workflow): string {
  const names = steps.filter(({ state }) => active.has(state)).map(({ id }) => id.replace(/\[.*/, ''));
  return Array.from(new Set(names)).join(', ');
}

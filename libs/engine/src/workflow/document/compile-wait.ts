import { type WaitStep } from '@baton/contracts';
import { compileCondition, compileTemplate, type Template } from '../expressions/template';
import { below, type Compiling, type Place } from './compiling';
import { type WaitBody } from './graph';
import { look } from './sight';

const DATE = /^\s*\d{4}-\d\d/;
const WITH_ZONE = /^\s*\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)\s*$/;

/** A step that waits for a signal, some seconds, or a time. */
export function compileWait(compiling: Compiling, step: Omit<WaitStep, 'id'>, place: Place): WaitBody {
  const { wait } = step;
  const timeoutSeconds = wait.timeoutSeconds ?? step.timeoutSeconds;
  checkTimeout(compiling, step, place.path);
  return {
    kind: 'wait',
    signal: wait.signal,
    onTimeout: wait.onTimeout ?? 'fail',
    seconds: wait.seconds === undefined ? undefined : secondsOf(compiling, wait.seconds, place),
    until: wait.until === undefined ? undefined : untilOf(compiling, wait.until, place),
    timeoutSeconds,
  };
}

/** Only a signal may never come; how long other waits last they say themselves. */
function checkTimeout(compiling: Compiling, { wait, timeoutSeconds }: Omit<WaitStep, 'id'>, path: string): void {
  const limits = [
    { place: 'timeoutSeconds', given: timeoutSeconds !== undefined },
    { place: 'wait.timeoutSeconds', given: wait.timeoutSeconds !== undefined },
  ].filter(({ given }) => given);
  if (limits.length > 1) compiling.fault(below(path, 'timeoutSeconds'), 'is said twice: keep wait.timeoutSeconds');
  if (wait.signal === undefined) {
    for (const { place } of limits) {
      compiling.fault(below(path, place), 'is of use for a signal only: this wait says itself when it ends');
    }
  }
  if (wait.onTimeout !== undefined && (wait.signal === undefined || limits.length === 0)) {
    compiling.fault(below(path, 'wait.onTimeout'), 'is of use for a signal with timeoutSeconds only');
  }
}

function secondsOf(compiling: Compiling, seconds: number | string, { path, sight }: Place): Template {
  const compiled = typeof seconds === 'string' ? compileCondition(seconds) : compileTemplate(seconds);
  return look(compiled, below(path, 'wait.seconds'), sight, compiling);
}

/** What begins like a date is one: as an expression it would be a subtraction. */
function untilOf(compiling: Compiling, until: string, { path, sight }: Place): Template {
  const place = below(path, 'wait.until');
  if (!DATE.test(until)) return look(compileCondition(until), place, sight, compiling);
  if (!WITH_ZONE.test(until) || Number.isNaN(Date.parse(until))) {
    compiling.fault(place, 'is no time with a zone: write 2026-03-01T12:00:00Z or 2026-03-01T12:00:00+01:00');
  }
  return compileTemplate(until).template;
}

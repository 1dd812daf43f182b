import { type PlayedRun } from '../run/play-run';
import { type DiagnosisFacts } from './diagnostics/issue';
import { playedTasks } from './played-tasks.fixture';

/** A mesh in which all is well, but for what a test says. */
export function factsOf(play: PlayedRun, more: Partial<DiagnosisFacts> = {}): DiagnosisFacts {
  const capabilities = new Set(play.submitted.map(({ submit }) => submit.capability));
  return {
    run: play.run,
    tasks: playedTasks(play),
    now: play.now,
    waiting: new Map(),
    slots: new Map([...capabilities].map((name) => [name, 4])),
    ...{ holders: [], breakers: [], usual: new Map(), estimate: null, hasBrain: true, starvedAfterMs: 5000 },
    ...more,
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { OUTSIDER } from '../stage/surroundings';
import { type Fault } from './fault';

const steps: readonly [number, ...number[]] = [600, -600, 7200, -7200];

/** The wall clock of one process (the host's: its agents' as well) jumps, and jumps back. */
export const clockStep: Fault = {
  kind: 'clock-step',
  hindrance: (stage) => stage.clockless,
  async inflict({ stage, tell }, { choice, lastsMs }) {
    const names = [...stage.orchestratorNames, 'host', OUTSIDER];
    const name = names[choice % names.length] as string;
    const seconds = steps[Math.floor(choice / names.length) % steps.length] ?? steps[0];
    stage.around(name).clock?.step(seconds);
    tell(`the clock of ${name} is ${seconds} s off for ${lastsMs} ms`);
    await delay(lastsMs);
    stage.around(name).clock?.step(0);
    return [];
  },
};

import { eventually } from '@baton/testing';
import { type Fault } from './fault';

/** kill -9 of the host: its agents drain and leave, the next host starts others. */
export const hostKill: Fault = {
  kind: 'host-kill',
  async inflict({ stage, tell }) {
    const before = stage.hosted;
    stage.exits.excuse(['host', ...before.map(({ name }) => name)], 40_000);
    await stage.kill('host');
    tell(`killed the host of ${before.length} agents`);
    const replaced = (): boolean =>
      before.every(({ name, pid }) => stage.hosted.some((now) => now.name === name && now.pid !== pid));
    await eventually(replaced, { timeoutMs: 30_000, everyMs: 50 });
    return [];
  },
};

import { setTimeout as delay } from 'node:timers/promises';
import { failingNames } from '../stage/hook-receiver';
import { type Fault } from './fault';

/** A receiver of webhooks fails, in one of several ways: it must get everything later, and another must not notice. */
export const receiverFailure: Fault = {
  kind: 'receiver-failure',
  async inflict({ listeners, tell }, { choice, lastsMs }) {
    const how = failingNames[choice % failingNames.length] ?? 'hangs up';
    tell(`receiver-failure: a receiver of webhooks ${how} for ${lastsMs} ms`);
    const from = new Date();
    listeners.victim.fail(how);
    await delay(lastsMs);
    listeners.victim.mend();
    const at = new Date();
    return [
      { measure: 'webhook receiver up again', what: 'taken', at },
      { measure: 'webhook beside one that fails', what: 'lags', from, to: at },
    ];
  },
};

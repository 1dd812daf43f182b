import { eventually } from '@baton/testing';
import { type HookReceiver } from '../stage/hook-receiver';
import { type WorkflowEnd } from '../stage/truth';
import { compareTold } from './compare';

/** Receivers that failed are asked again within half a minute, as long as faults last here. */
const TOLD_WITHIN_MS = 60_000;

/** Waits until every receiver was told of every end; resolves with what none was told, or was told wrongly, as faults. */
export async function allTold(receivers: readonly HookReceiver[], ended: readonly WorkflowEnd[]): Promise<string[]> {
  const untold = (): string[] =>
    receivers.flatMap(({ name, told }) => compareTold(ended, told).map((fault) => `webhook ${name}: ${fault}`));
  const isTold = (): boolean => untold().length === 0;
  await eventually(isTold, { timeoutMs: TOLD_WITHIN_MS, everyMs: 100 }).catch(() => undefined);
  return [...untold(), ...receivers.flatMap(({ faults }) => faults)];
}

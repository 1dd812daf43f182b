import { type FieldFault, type Submit, submitLimits } from '@baton/contracts';
import { type NewTask } from '@baton/persistence';

/** Faults of a submission that its schema cannot express. Pure. */
export function submitFaults(submit: Submit, task: Pick<NewTask, 'input'>): FieldFault[] {
  const faults: FieldFault[] = [];
  if (submit.runAt !== undefined && submit.delaySeconds !== undefined) {
    faults.push({ path: 'delaySeconds', message: 'excludes runAt: give one of them' });
  }
  if (submit.concurrencyLimit !== undefined && submit.concurrencyKey === undefined) {
    faults.push({ path: 'concurrencyLimit', message: 'needs a concurrencyKey' });
  }
  if (Buffer.byteLength(task.input) > submitLimits.payloadBytes) {
    const message = `is larger than ${submitLimits.payloadBytes} bytes: store it elsewhere and pass a reference`;
    faults.push({ path: 'input', message });
  }
  return faults;
}

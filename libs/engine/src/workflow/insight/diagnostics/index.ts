export { diagnose } from './diagnose';
export { issueCodes, severities } from './issue';
export type { DiagnosisFacts, Issue, SlotHolder, WaitReason } from './issue';

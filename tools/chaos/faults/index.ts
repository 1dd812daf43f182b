import { type FaultKind } from '../schedule/fault-kinds';
import { agentFreeze } from './agent-freeze';
import { agentKill } from './agent-kill';
import { agentSilence } from './agent-silence';
import { brainFreeze } from './brain-freeze';
import { brainKill } from './brain-kill';
import { brokerKill } from './broker-kill';
import { brokerSilence } from './broker-silence';
import { clockStep } from './clock-step';
import { databaseKill } from './database-kill';
import { databaseSilence } from './database-silence';
import { type Fault } from './fault';
import { hostFreeze } from './host-freeze';
import { hostKill } from './host-kill';
import { receiverFailure } from './receiver-failure';
import { registryFreeze } from './registry-freeze';
import { registryKill } from './registry-kill';

/** Every kind of fault and how it is done. */
export const faults: Readonly<Record<FaultKind, Fault>> = {
  'agent-kill': agentKill,
  'agent-freeze': agentFreeze,
  'agent-silence': agentSilence,
  'host-kill': hostKill,
  'host-freeze': hostFreeze,
  'registry-kill': registryKill,
  'registry-freeze': registryFreeze,
  'brain-kill': brainKill,
  'brain-freeze': brainFreeze,
  'broker-kill': brokerKill,
  'broker-silence': brokerSilence,
  'database-kill': databaseKill,
  'database-silence': databaseSilence,
  'clock-step': clockStep,
  'receiver-failure': receiverFailure,
};

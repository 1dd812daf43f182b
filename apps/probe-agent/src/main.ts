import { runAgent } from '@baton/agent-sdk';
import { Crash } from './capabilities/crash';
import { Echo } from './capabilities/echo';
import { Fail } from './capabilities/fail';
import { Sleep } from './capabilities/sleep';

void runAgent({ family: 'probe', capabilities: [Echo, Sleep, Fail, Crash], concurrency: 32 });

import 'reflect-metadata';
import { runAgent } from '@baton/agent-sdk';
import { Anomalies } from './capabilities/anomalies';
import { Describe } from './capabilities/describe';

void runAgent({ family: 'analysis', capabilities: [Describe, Anomalies], concurrency: 4 });

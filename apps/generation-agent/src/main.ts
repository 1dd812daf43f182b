import 'reflect-metadata';
import { runAgent } from '@baton/agent-sdk';
import { GenerateReport } from './capabilities/generate-report';

void runAgent({ family: 'generation', capabilities: [GenerateReport], concurrency: 4 });

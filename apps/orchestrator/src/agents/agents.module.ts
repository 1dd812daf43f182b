import { Module } from '@nestjs/common';
import { AgentDirectory } from './agent-directory';
import { HostDirectory } from './host-directory';

/** Agents and hosts, for whoever shows or manages them. */
@Module({ providers: [HostDirectory, AgentDirectory], exports: [HostDirectory, AgentDirectory] })
export class AgentsModule {}

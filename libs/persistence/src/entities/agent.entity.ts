import { type Capability, type JsonObject } from '@baton/contracts';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** An agent instance: one incarnation under a name. */
@Entity('agents')
export class AgentEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') family!: string;
  @Column('int') incarnation!: number;
  @Column('text') version!: string;
  @Column('text') state!: string;
  @Column('int', { default: 1 }) seq!: number;
  @Column('boolean', { default: false }) draining!: boolean;
  @Column('smallint', { default: 100 }) health!: number;
  @Column('jsonb', { default: [] }) capabilities!: Capability[];
  @Column('text', { array: true, default: '{}' }) tags!: string[];
  @Column('text') host!: string;
  @Column('int') pid!: number;
  @Column('int') concurrency!: number;
  @Column('int', { default: 0 }) prefetch!: number;
  @Column('boolean', { default: false }) sequences!: boolean;
  @Column('int', { default: 0 }) inFlight!: number;
  @Column('jsonb', { default: {} }) resources!: JsonObject;
  @Column('jsonb', { default: {} }) usage!: JsonObject;
  @Column('jsonb', { default: {} }) stats!: JsonObject;
  @Column('timestamptz', { nullable: true }) lastHeartbeatAt!: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) registeredAt!: Date;
  @Column('timestamptz', { nullable: true }) terminatedAt!: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How an agent did at a capability within one bucket of `width` seconds. */
@Entity('agent_metrics')
export class AgentMetricsEntity {
  @PrimaryColumn('int') width!: number;
  @PrimaryColumn('timestamptz') bucket!: Date;
  @PrimaryColumn('uuid') agentId!: string;
  @Column('text') agentName!: string;
  @PrimaryColumn('text') capability!: string;
  @Column('int') attempts!: number;
  @Column('int') completed!: number;
  @Column('int') failed!: number;
  @Column('double precision') runMs!: number;
  @Column('double precision', { nullable: true }) ewmaMs!: number | null;
  @Column('int', { array: true }) durations!: number[];
  @Column('jsonb') errors!: Record<string, number>;
}

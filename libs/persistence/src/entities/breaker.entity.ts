import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Where the circuit breaker of an agent for a capability stands, once it has moved. */
@Entity('breakers')
export class BreakerEntity {
  @PrimaryColumn('uuid') agentId!: string;
  @PrimaryColumn('text') capability!: string;
  @Column('text') state!: string;
  @Column('int') openings!: number;
  @Column('text') reason!: string;
  @Column('timestamptz', { nullable: true }) nextProbeAt!: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) changedAt!: Date;
}

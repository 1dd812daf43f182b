import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A task, for cold reads. Its transitions are the statements in `tasks/`, never `save`. */
@Entity('tasks')
export class TaskEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') capability!: string;
  @Column('smallint') priority!: number;
  @Column('bigint') rank!: string;
  @Column('text') state!: string;
  @Column('int', { default: 1 }) seq!: number;
  @Column('int', { default: 0 }) attempt!: number;
  @Column('int', { default: 0 }) failures!: number;
  @Column('int', { default: 0 }) losses!: number;
  @Column('uuid', { nullable: true }) token!: string | null;
  @Column('uuid', { nullable: true }) agentId!: string | null;
  @Column('text', { nullable: true }) phase!: string | null;
  @Column('real', { nullable: true }) progress!: number | null;
  @Column('text') input!: string;
  @Column('text', { nullable: true }) output!: string | null;
  @Column('text', { nullable: true }) error!: string | null;
  @Column('text', { nullable: true }) options!: string | null;
  @Column('int') timeoutMs!: number;
  @Column('int') maxRetries!: number;
  @Column('timestamptz', { nullable: true }) runAt!: Date | null;
  @Column('timestamptz', { nullable: true }) deadline!: Date | null;
  @Column('uuid', { nullable: true }) targetAgentId!: string | null;
  @Column('text', { nullable: true }) idempotencyKey!: string | null;
  @Column('uuid', { nullable: true }) workflowId!: string | null;
  @Column('text', { nullable: true }) stepId!: string | null;
  @Column('uuid', { nullable: true }) parentId!: string | null;
  @Column('text', { nullable: true }) spawnKey!: string | null;
  @Column('int', { nullable: true }) spawnIndex!: number | null;
  @Column('int', { default: 0 }) depth!: number;
  @Column('text', { nullable: true }) awaiting!: string | null;
  @Column('text', { nullable: true }) batches!: string | null;
  @Column('double precision', { nullable: true }) cost!: number | null;
  @Column('text', { nullable: true }) quality!: string | null;
  @Column('uuid', { nullable: true }) follows!: string | null;
  @Column('text', { nullable: true }) traceparent!: string | null;
  @Column('text') createdBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) assignedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) attemptDeadline!: Date | null;
  @Column('timestamptz', { nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt!: Date | null;
}

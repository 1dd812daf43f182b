import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A run of a workflow with the definition it started with. */
@Entity('workflows')
export class WorkflowEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') state!: string;
  @Column('int', { default: 1 }) seq!: number;
  @Column('text') definition!: string;
  @Column('text') input!: string;
  @Column('text', { nullable: true }) output!: string | null;
  @Column('text', { nullable: true }) error!: string | null;
  @Column('text', { nullable: true }) progress!: string | null;
  @Column('text') createdBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt!: Date | null;
}

/** A step of a run, or one element of a forEach step (`each[3]`). */
@Entity('workflow_steps')
export class WorkflowStepEntity {
  @PrimaryColumn('uuid') workflowId!: string;
  @PrimaryColumn('text') key!: string;
  @Column('text') stepId!: string;
  @Column('int', { nullable: true }) itemIndex!: number | null;
  @Column('text') state!: string;
  @Column('uuid', { nullable: true }) taskId!: string | null;
  @Column('int', { default: 0 }) attempts!: number;
  @Column('text', { nullable: true }) output!: string | null;
  @Column('text', { nullable: true }) error!: string | null;
  @Column('timestamptz', { nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt!: Date | null;
}

/** What a door or a task tells a workflow; the brain consumes it. */
@Entity('workflow_inbox')
export class WorkflowInboxEntity {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('uuid') workflowId!: string;
  @Column('text') kind!: string;
  @Column('text', { nullable: true }) payload!: string | null;
  @Column('text') actor!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
}

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
  @Column('text', { nullable: true }) estimate!: string | null;
  @Column('text') createdBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt!: Date | null;
  @Column('text', { nullable: true }) definitions!: string | null;
  @Column('text', { nullable: true }) signals!: string | null;
  @Column('text', { nullable: true }) spent!: string | null;
  @Column('timestamptz', { nullable: true }) wakeAt!: Date | null;
}

/** A version of a definition that runs are created from by its name. */
@Entity('workflow_definitions')
export class WorkflowDefinitionEntity {
  @PrimaryColumn('text') name!: string;
  @PrimaryColumn('int') version!: number;
  @Column('text') document!: string;
  @Column('text') createdBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
}

/** A unit of a run: a step, an element or child of one (`each[3]`), or a step inside another (`sub/search`). */
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
  @Column('float8', { nullable: true }) cost!: number | null;
  @Column('text', { nullable: true }) memo!: string | null;
}

/** What was asked under a key of the client's. */
@Entity('workflow_keys')
export class WorkflowKeyEntity {
  @PrimaryColumn('uuid') workflowId!: string;
  @PrimaryColumn('text') key!: string;
  @Column('text') fingerprint!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
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

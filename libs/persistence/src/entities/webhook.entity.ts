import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Who is told of events over HTTP. */
@Entity('webhooks')
export class WebhookEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') url!: string;
  @Column('text', { array: true }) events!: string[];
  @Column('uuid', { nullable: true }) workflowId!: string | null;
  @Column('text') secret!: string;
  @Column('bigint') position!: string;
  @Column('text') createdBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) disabledAt!: Date | null;
  @Column('text', { nullable: true }) disabledReason!: string | null;
}

/** One event for one webhook. */
@Entity('webhook_deliveries')
export class WebhookDeliveryEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') webhookId!: string;
  @Column('text') type!: string;
  @Column('text') payload!: string;
  @Column('text') state!: string;
  @Column('int', { default: 0 }) attempts!: number;
  @Column('timestamptz') dueAt!: Date;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) lastAttemptAt!: Date | null;
  @Column('int', { nullable: true }) lastStatus!: number | null;
  @Column('text', { nullable: true }) lastError!: string | null;
  @Column('timestamptz', { nullable: true }) endedAt!: Date | null;
}

import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** An address whose durable messages wait for it. */
@Entity('mailboxes')
export class MailboxEntity {
  @PrimaryColumn('text') address!: string;
  @Column('uuid', { generated: 'uuid' }) id!: string;
  @Column('text') openedBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) openedAt!: Date;
}

/** What the broker still has and should not: the binding to a channel or, without one, the queue. */
@Entity('mailbox_leftovers')
export class MailboxLeftoverEntity {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column('text') address!: string;
  @Column('text', { nullable: true }) channel!: string | null;
  @Column('boolean', { default: false }) discard!: boolean;
}

import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A message that was refused on the wire, as it came, with the reason and what was done with it since. */
@Entity('dead_letters')
export class DeadLetterEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') fingerprint!: string;
  @Column('int') copies!: number;
  @Column('timestamptz') at!: Date;
  @Column('text') reasonCode!: string;
  @Column('text') reason!: string;
  @Column('text') originQueue!: string;
  @Column('text') exchange!: string;
  @Column('text') routingKey!: string;
  @Column('text', { nullable: true }) messageId!: string | null;
  @Column('text', { nullable: true }) type!: string | null;
  @Column('text', { nullable: true }) source!: string | null;
  @Column('text', { nullable: true }) amqpUser!: string | null;
  @Column('text') headers!: string;
  @Column('text', { nullable: true }) contentType!: string | null;
  @Column('bytea') content!: Buffer;
  @Column('int') size!: number;
  @Column('int', { nullable: true }) deliveries!: number | null;
  @CreateDateColumn({ type: 'timestamptz' }) storedAt!: Date;
  @Column('int', { default: 0 }) replays!: number;
  @Column('timestamptz', { nullable: true }) replayedAt!: Date | null;
  @Column('text', { nullable: true }) replayedTo!: string | null;
  @Column('text', { nullable: true }) replayedBy!: string | null;
}

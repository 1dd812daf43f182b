import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A capability some agent has offered, with the JSON Schemas (as text) that fence it. */
@Entity('capabilities')
export class CapabilityEntity {
  @PrimaryColumn('text') name!: string;
  @PrimaryColumn('text') version!: string;
  @Column('text') family!: string;
  @Column('text', { nullable: true }) description!: string | null;
  @Column('text') inputSchema!: string;
  @Column('text') outputSchema!: string;
  @CreateDateColumn({ type: 'timestamptz' }) firstSeenAt!: Date;
  @Column('timestamptz', { default: () => 'now()' }) lastSeenAt!: Date;
}

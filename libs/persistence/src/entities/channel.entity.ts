import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A channel; `types` is JSON text. */
@Entity('channels')
export class ChannelEntity {
  @PrimaryColumn('uuid', { generated: 'uuid' }) id!: string;
  @Column('text', { unique: true }) name!: string;
  @Column('int', { default: 1 }) seq!: number;
  @Column('text', { nullable: true }) description!: string | null;
  @Column('text') types!: string;
  @Column('text') createdBy!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
}

/** A membership of a name, present or not. */
@Entity('channel_members')
export class ChannelMemberEntity {
  @PrimaryColumn('text') channel!: string;
  @PrimaryColumn('text') member!: string;
  @Column('boolean') durable!: boolean;
  @CreateDateColumn({ type: 'timestamptz' }) joinedAt!: Date;
}

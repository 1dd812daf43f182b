import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A key access tokens are signed with. Retired keys still verify until the last token of theirs has expired. */
@Entity('signing_keys')
export class SigningKeyEntity {
  @PrimaryColumn('text') kid!: string;
  @Column('text') privateJwk!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) retiredAt!: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who may write as the brain, and in which epoch (I3). */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn('text') name!: string;
  @Column('bigint') epoch!: string;
  @Column('uuid') holder!: string;
  @Column('timestamptz') expiresAt!: Date;
}

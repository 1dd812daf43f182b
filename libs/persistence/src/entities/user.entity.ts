import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A local account. The password is an argon2id hash. */
@Entity('users')
export class UserEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text', { unique: true }) username!: string;
  @Column('text') passwordHash!: string;
  @Column('text', { array: true }) roles!: string[];
  @Column('boolean', { default: false }) disabled!: boolean;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One transition or management action. The database refuses to change or delete it. */
@Entity('audit')
export class AuditEntity {
  @Column('text') subject!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @PrimaryColumn('int') seq!: number;
  @Column('text', { nullable: true }) fromState!: string | null;
  @Column('text') toState!: string;
  @Column('int', { default: 0 }) attempt!: number;
  @Column('uuid', { nullable: true }) agentId!: string | null;
  @Column('text') actor!: string;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { nullable: true }) details!: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) at!: Date;
}

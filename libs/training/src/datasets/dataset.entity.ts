import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A training file on disk, stored once by its hash. */
@Entity('datasets')
export class Dataset {
  @PrimaryColumn('uuid')
  id!: string;

  /** Of the file's bytes, in hex; also its name on disk. */
  @Column('text')
  sha256!: string;

  @Column('bigint', { transformer: { from: Number, to: (bytes: number) => bytes } })
  bytes!: number;

  /** Where it came from: the upload's file name, or the link. For people; never used as a path. */
  @Column('text')
  source!: string;

  /** Made by the simulator, or declared so when it was uploaded. */
  @Column('boolean')
  simulated!: boolean;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}

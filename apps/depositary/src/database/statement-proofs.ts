import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a book contradicts may be a statement, of which only the last is kept elsewhere. */
export class StatementProofs1767225600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE book_conflict ADD COLUMN our_text text');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('a register is never dropped by a migration'));
  }
}

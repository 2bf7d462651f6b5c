import type { DataSource } from 'typeorm';
import { BookConflicts } from './conflicts.js';

it('claims of one node crowd out none of another', async () => {
  const nodes: unknown[] = [];
  const query = (_: string, values: unknown[]) => Promise.resolve(nodes.push(values[7]));
  const conflicts = new BookConflicts({ manager: { query } } as unknown as DataSource);
  const claim = (version: number, node: string) => {
    conflicts.claim({ book: 'list:KZ', version, hash: 'theirs', ours: 'ours' }, node);
  };
  for (let version = 1; version <= 1_000; version++) claim(version, 'hostile');
  claim(1, 'by');
  await conflicts.record();
  expect(nodes.filter((node) => node === 'hostile').length).toBeLessThanOrEqual(64);
  expect(nodes).toContain('by');
});

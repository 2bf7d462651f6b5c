import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { TellingPool } from './database-faults.js';

/** Nothing listens there. */
const URL_OF_NONE = 'postgres://user:secret@127.0.0.1:1/none';

it('pools of one server say once that it is unreachable, and not its password', async () => {
  const lines: string[] = [];
  const spy = jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => {
    lines.push(String(line));
  });
  const pools = [1, 2].map(() => new TellingPool({ connectionString: URL_OF_NONE }));
  for (const pool of [...pools, ...pools])
    await expect(pool.connect()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  for (const pool of pools) await pool.end();
  spy.mockRestore();
  expect(lines).toEqual([
    expect.stringMatching(/^PostgreSQL at 127\.0\.0\.1:1\/none is unreachable: .*ECONNREFUSED/),
  ]);
  expect(lines[0]).not.toContain('secret');
});

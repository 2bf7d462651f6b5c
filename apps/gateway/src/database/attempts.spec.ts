import { jest } from '@jest/globals';
import { ValiseError } from '#core';
import pg from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { blameOf } from './attempts.js';

const answering = { query: () => Promise.resolve([]) };
const away = { query: () => Promise.reject(new QueryRunnerAlreadyReleasedError()) };

function refused(code: string): QueryFailedError {
  const error = Object.assign(new pg.DatabaseError('any words', 0, 'error'), { code });
  return new QueryFailedError('INSERT …', [], error);
}

/** Fails so with each attempt, and counts them. */
function failing(...failures: Error[]) {
  const run = jest.fn(() => {
    const failure = failures.shift();
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  });
  return run;
}

it.each(['08006', '25P03', '40001', '40P01', '53300', '55P03', '57014', '57P01', '57P03', '58030'])(
  'the server’s %s says nothing about an arrival',
  async (code) => {
    const thrown = refused(code);
    const run = failing(thrown);
    await expect(blameOf(answering, run)).rejects.toBe(thrown);
    expect(run).toHaveBeenCalledTimes(1);
  },
);

it('neither does a session that ended, whatever the words', async () => {
  const lost = new QueryFailedError('SELECT 1', [], new Error('nobody knows these words'));
  for (const thrown of [
    lost,
    new QueryRunnerAlreadyReleasedError(),
    new ValiseError('DATABASE_UNAVAILABLE', 'none'),
  ])
    await expect(blameOf(answering, failing(thrown))).rejects.toBe(thrown);
});

it('values that the database does not take, and our own verdicts, count as its own fault at once', async () => {
  for (const thrown of [refused('22021'), refused('23505'), new ValiseError('ENVELOPE_FORMAT', 'no')]) {
    const run = failing(thrown);
    expect(await blameOf(answering, run)).toEqual({ thrown });
    expect(run).toHaveBeenCalledTimes(1);
  }
});

it('an unknown error is tried again before it counts as its own fault', async () => {
  const [first, second, third] = [new Error('1'), refused('XX000'), new TypeError('3')];
  expect(await blameOf(answering, failing(first, second))).toBeUndefined();
  expect(await blameOf(answering, failing(first, second, third))).toEqual({ thrown: third });
});

it('and does not count while the database does not answer', async () => {
  const unknown = new Error('a fault of ours');
  await expect(blameOf(away, failing(unknown, unknown, unknown))).rejects.toBeInstanceOf(
    QueryRunnerAlreadyReleasedError,
  );
});

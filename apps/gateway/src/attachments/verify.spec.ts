import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Verification } from './verify.js';

const BAD = 20;

/** Attachments that wait, smallest first, of which those named `bad…` cannot be read from the disk. */
function verification(resendAfterSeconds: number) {
  const waiting = [...Array.from({ length: BAD }, (_, bad) => `bad${bad}`), 'good'];
  const checks: string[] = [];
  const database = {
    getRepository: () => ({
      find: ({ take }: { take: number }) =>
        Promise.resolve(waiting.slice(0, take).map((id) => ({ authority: 'kz-knb', id }))),
    }),
  };
  const give = ({ id }: { id: string }, result: unknown) => {
    expect([id, result]).toEqual(['good', 'verified']);
    waiting.pop();
    return Promise.resolve('accepted');
  };
  const check = (_: string, id: string) => {
    checks.push(id);
    return id === 'good' ? Promise.resolve({ is: 'whole' }) : Promise.reject(new Error('EIO'));
  };
  const service = new Verification(
    database as never,
    { resendAfterSeconds } as never,
    { isLeader: true } as never,
    { files: { check } } as never,
    { give } as never,
  );
  const turn = async (): Promise<void> => {
    service.wake();
    await new Promise(setImmediate);
  };
  return { turn, checks, service, waiting };
}

let now = Date.now();
beforeEach(() => {
  for (const level of ['log', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

it('one that cannot be read from the disk does not delay a larger one', async () => {
  const { turn, checks, service } = verification(3600);
  for (let turns = 0; turns < 10; turns++) await turn();
  expect(checks.filter((id) => id === 'good')).toHaveLength(1);
  expect(checks).toHaveLength(BAD + 1);
  await service.onApplicationShutdown();
});

it('one that could not be read is tried again, with growing pauses', async () => {
  const { turn, checks, service } = verification(1);
  const triedOver = async (seconds: number): Promise<number> => {
    checks.length = 0;
    for (let second = 0; second < seconds; second++) {
      for (let turns = 0; turns < 5; turns++) await turn();
      now += 1000;
    }
    return checks.filter((id) => id === 'bad0').length;
  };
  // At 0, 1, 3, 7, 15, 31 s; from then on every 32 s.
  expect(await triedOver(32)).toBe(6);
  expect(await triedOver(320)).toBe(10);
  await service.onApplicationShutdown();
});

it('a new one goes before one that could not be read, however small that is', async () => {
  const { turn, checks, service, waiting } = verification(1);
  waiting.pop();
  for (let turns = 0; turns < 5; turns++) await turn();
  expect(new Set(checks).size).toBe(BAD);
  now += 3600_000;
  waiting.push('good');
  checks.length = 0;
  await turn();
  expect(checks[0]).toBe('good');
  await service.onApplicationShutdown();
});

it('one that is not what was declared has its message rejected, and one that changed on our disk is pulled again', async () => {
  const verdicts: unknown[] = [];
  const updates: unknown[] = [];
  const checked = [{ is: 'other' }, { is: 'altered', part: 3 }];
  const database = {
    getRepository: () => ({
      find: () => Promise.resolve(checked.length > 0 ? [{ authority: 'kz-knb', id: 'one' }] : []),
      update: (key: object, changes: object) => {
        updates.push([key, changes]);
        return Promise.resolve({ affected: 1 });
      },
    }),
  };
  const service = new Verification(
    database as never,
    { resendAfterSeconds: 1 } as never,
    { isLeader: true } as never,
    { files: { check: () => Promise.resolve(checked.shift()) } } as never,
    {
      give: (_: unknown, result: unknown) => {
        verdicts.push(result);
        return Promise.resolve('rejected');
      },
    } as never,
  );
  for (let turns = 0; turns < 2; turns++) {
    service.wake();
    await new Promise(setImmediate);
  }
  await service.onApplicationShutdown();
  const detail = 'attachment one: its size or hash is not what the message declares';
  expect(verdicts).toEqual([{ code: 'ENVELOPE_ATTACHMENT', detail }]);
  // Only one that nobody gave a verdict meanwhile.
  expect(updates).toEqual([
    [
      { authority: 'kz-knb', direction: 'in', id: 'one', status: 'verifying' },
      expect.objectContaining({ status: 'pulling', partsDone: 3, partsAhead: 0 }),
    ],
  ]);
});

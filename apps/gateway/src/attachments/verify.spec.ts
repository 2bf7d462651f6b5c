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
    transaction: () => {
      waiting.pop();
      return Promise.resolve([]);
    },
  };
  const check = (_: string, id: string) => {
    checks.push(id);
    return id === 'good' ? Promise.resolve({ is: 'right' }) : Promise.reject(new Error('EIO'));
  };
  const service = new Verification(
    database as never,
    { resendAfterSeconds } as never,
    { isLeader: true } as never,
    { files: { check } } as never,
    { wake: () => undefined } as never,
    {} as never,
    {} as never,
  );
  const turn = async (): Promise<void> => {
    service.wake();
    await new Promise(setImmediate);
  };
  return { turn, checks, service, waiting };
}

let now = Date.now();
beforeEach(() => {
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
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

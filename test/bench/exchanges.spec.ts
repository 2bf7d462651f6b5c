import { Exchanges, Once } from './exchanges.js';
import { closedLoop, percentile } from './statistics.js';

describe('what the benchmark counts', () => {
  it('measures when each message has its receipt', async () => {
    const exchanges = new Exchanges(2);
    for (const id of ['a', 'b']) {
      exchanges.begin(id);
      exchanges.called(id);
      exchanges.receipt(id);
    }
    const measured = await exchanges.measured(1000);
    expect(measured).toMatchObject({ messages: 2, calls: [expect.any(Number), expect.any(Number)] });
    expect(measured.endToEnd.every((time) => time >= 0)).toBe(true);
  });

  it('fails where a receipt is missing', async () => {
    const exchanges = new Exchanges(2);
    exchanges.begin('a');
    exchanges.begin('b');
    exchanges.receipt('a');
    await expect(exchanges.measured(1)).rejects.toThrow('1 of 2 receipts');
  });

  it('fails where a receipt comes twice', async () => {
    const exchanges = new Exchanges(2);
    exchanges.begin('a');
    exchanges.receipt('a');
    exchanges.receipt('a');
    await expect(exchanges.measured(1000)).rejects.toThrow('two receipts came for a');
  });

  it('fails where a receipt is for no message', async () => {
    const exchanges = new Exchanges(1);
    exchanges.receipt('x');
    await expect(exchanges.measured(1000)).rejects.toThrow('which was not sent');
  });

  it('refuses a message that comes twice', () => {
    const once = new Once();
    once.take('a');
    expect(() => {
      once.take('a');
    }).toThrow('came twice');
  });

  it('calls each index once, never more at a time than there are callers', async () => {
    const called: number[] = [];
    let running = 0;
    let most = 0;
    await closedLoop(3, 10, async (index) => {
      most = Math.max(most, ++running);
      called.push(index);
      await Promise.resolve();
      running--;
    });
    expect(called.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });

  it('takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(values, 50), percentile(values, 99), percentile([7], 99)]).toEqual([50, 99, 7]);
  });
});

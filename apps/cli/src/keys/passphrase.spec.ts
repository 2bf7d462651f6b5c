import { PassThrough } from 'node:stream';
import { ValiseError } from '#core';
import { answerTo } from './passphrase.js';

const ended = (): ValiseError => new ValiseError('KEY_PASSPHRASE', 'nothing was typed');

describe('a question', () => {
  it('has the answer that is typed', async () => {
    const input = new PassThrough();
    const answer = answerTo({ input }, '', ended);
    input.end('yes\n');
    expect(await answer).toBe('yes');
  });

  it('has the answer that was there before it, as from a pipe', async () => {
    const input = new PassThrough();
    input.end('yes\n');
    expect(await answerTo({ input }, '', ended)).toBe('yes');
  });

  it('is refused where the input ends', async () => {
    const input = new PassThrough();
    const answer = answerTo({ input }, '', ended);
    input.end();
    await expect(answer).rejects.toThrow('nothing was typed');
  });
});

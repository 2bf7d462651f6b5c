import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { ValiseError } from '#core';
import { answerTo } from './passphrase.js';

const ended = (): ValiseError => new ValiseError('KEY_PASSPHRASE', 'nothing was typed');

describe('a question', () => {
  it('has the answer that is typed', async () => {
    const input = new PassThrough();
    const prompt = createInterface({ input });
    const answer = answerTo(prompt, '', ended);
    input.end('yes\n');
    expect(await answer).toBe('yes');
    prompt.close();
  });

  it('is refused where the input ends', async () => {
    const input = new PassThrough();
    const answer = answerTo(createInterface({ input }), '', ended);
    input.end();
    await expect(answer).rejects.toThrow('nothing was typed');
  });
});

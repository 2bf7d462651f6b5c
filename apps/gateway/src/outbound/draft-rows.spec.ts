import { ValiseError } from '#core';
import { DraftRows } from './draft-rows.js';

const CLAIM = { tokenId: 'token', key: 'key', hash: 'hash' };
const ANSWER = { id: 'sent' };

/** Rows of which a key has these requests and answers, one at each look. */
function rowsWith(...looks: readonly (object | undefined)[]) {
  const left = [...looks];
  const query = () => Promise.resolve([left.shift()].filter((row) => row !== undefined));
  return new DraftRows({ query } as never, {} as never);
}
const conflict = () => Promise.reject(new ValiseError('CONFLICT', 'the message was sent', { path: 'id' }));

describe('a request under a key', () => {
  it('gets the answer that it got before, and nothing is done', async () => {
    const rows = rowsWith({ request_sha256: 'hash', response: ANSWER });
    expect(await rows.once(CLAIM, conflict)).toEqual(ANSWER);
  });

  it('gets the answer that the same request was given while it failed on what that had changed', async () => {
    const rows = rowsWith(undefined, { request_sha256: 'hash', response: ANSWER });
    expect(await rows.once(CLAIM, conflict)).toEqual(ANSWER);
  });

  it.each([
    ['there is no answer', undefined],
    ['the answer is to another request', { request_sha256: 'other', response: ANSWER }],
    ['the answer is not given yet', { request_sha256: 'hash', response: null }],
  ])('fails as it does where %s', async (_, known) => {
    await expect(rowsWith(known, known).once(CLAIM, conflict)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

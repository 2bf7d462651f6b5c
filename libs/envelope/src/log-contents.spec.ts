import { createHash } from 'node:crypto';
import { makeOffices, NOW, openerOf, type Offices } from '../testing/offices.js';
import { encrypt, open, signStatement, verifyStatement, type StatementContents } from './index.js';

type LogStatement = 'valise-checkpoint+jws' | 'valise-log-ask+jws' | 'valise-internal+jws';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

const at = '2026-06-01T00:00:00Z';
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
const ends = { from: 'kz-knb', to: 'by-mvd', ep: 1 };
const checkpoint: StatementContents['valise-checkpoint+jws'] = {
  ...ends,
  ...{ start: 4, startRoot: hash('4'), size: 9, root: hash('9') },
  ...{ seen: { ep: 2, size: 7, root: hash('seen') }, internal: hash('internal'), at },
};
const ask = { ...ends, have: 4, at };
const internal = { by: 'kz-knb', size: 3, root: hash('3'), salt: 'A'.repeat(22), at };

function signed<T extends LogStatement>(typ: T, content: StatementContents[T], by = offices.kz) {
  return signStatement({ typ, content, signers: [{ ...by.seal, role: 'seal' }], iat: NOW });
}

describe('a statement about logs', () => {
  it.each<[LogStatement, StatementContents[LogStatement]]>([
    ['valise-checkpoint+jws', checkpoint],
    ['valise-checkpoint+jws', { ...checkpoint, seen: null, internal: null }],
    ['valise-checkpoint+jws', { ...checkpoint, start: 9, startRoot: checkpoint.root }],
    ['valise-checkpoint+jws', { ...checkpoint, start: 0, startRoot: hash('') }],
    ['valise-checkpoint+jws', { ...checkpoint, start: 0, startRoot: hash(''), size: 0, root: hash('') }],
    ['valise-log-ask+jws', ask],
    ['valise-internal+jws', internal],
  ])('%s is signed by the seal of whom it names, and by nobody else', (typ, content) => {
    const { resolve } = offices;
    expect(verifyStatement(signed(typ, content), { typ, resolve })).toMatchObject({ ok: true, content });
    expect(verifyStatement(signed(typ, content, offices.am), { typ, resolve })).toMatchObject({
      code: 'ENVELOPE_BINDING',
    });
    const head = { ...offices.kz.head, role: 'head' as const };
    const byHead = signStatement({ typ, content, signers: [head], iat: NOW });
    expect(verifyStatement(byHead, { typ, resolve })).toMatchObject({ code: 'ENVELOPE_ROLE' });
  });

  it('opens as an envelope where it is for another authority', () => {
    const opened = (jws: ReturnType<typeof signed>, entries?: readonly unknown[]) =>
      open(
        encrypt({ jws, entries, from: 'kz-knb', recipient: offices.by.encryption.certificate }),
        openerOf(offices.by, offices),
      );
    const empty = { ...checkpoint, start: 9, startRoot: checkpoint.root };
    expect(opened(signed('valise-checkpoint+jws', empty), [])).toMatchObject({ ok: true, content: empty });
    expect(opened(signed('valise-log-ask+jws', ask))).toMatchObject({ ok: true, content: ask });
    expect(opened(signed('valise-internal+jws', internal))).toMatchObject({ code: 'ENVELOPE_FORMAT' });
  });

  it.each<[string, LogStatement, object, path: string]>([
    ['begins after its end', 'valise-checkpoint+jws', { ...checkpoint, start: 10 }, 'start'],
    ['has two roots of one size', 'valise-checkpoint+jws', { ...checkpoint, start: 9 }, 'startRoot'],
    ['has a root of nothing', 'valise-checkpoint+jws', { ...checkpoint, start: 0 }, 'startRoot'],
    ['has half a head', 'valise-checkpoint+jws', { ...checkpoint, seen: { ep: 1, size: 2 } }, 'seen.root'],
    ['has more than a head', 'valise-checkpoint+jws', { ...checkpoint, seen: { ...ask } }, 'seen.size'],
    ['says how long the internal log is', 'valise-checkpoint+jws', { ...checkpoint, internalSize: 1 }, ''],
    ['asks for a part', 'valise-log-ask+jws', { ...ask, until: 9 }, ''],
    ['asks from nowhere', 'valise-log-ask+jws', { ...ask, have: -1 }, 'have'],
    ['has no salt', 'valise-internal+jws', { ...internal, salt: '' }, 'salt'],
    ['has a long salt', 'valise-internal+jws', { ...internal, salt: 'A'.repeat(23) }, 'salt'],
    ['has a salt after a line', 'valise-internal+jws', { ...internal, salt: `\n${internal.salt}` }, 'salt'],
    [
      'has a salt with stray bits',
      'valise-internal+jws',
      { ...internal, salt: `${'A'.repeat(21)}B` },
      'salt',
    ],
    ['is about somebody', 'valise-internal+jws', { ...internal, to: 'by-mvd' }, ''],
  ])('that %s is not signed', (_, typ, content, path) => {
    expect(() => signed(typ, content as never)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(`${typ}${path && `.${path}`}: `) as unknown,
      }),
    );
  });
});

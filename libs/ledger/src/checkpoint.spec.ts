import { instantOf } from '#core';
import { verifyStatement, type Checkpoint } from '#envelope';
import { MemoryLog } from '../testing/memory-log.js';
import { AUTHORITIES, makeOffices, NOW, type Offices } from '../testing/offices.js';
import { digest, receiptLeaves, saltOf, tellingOf } from '../testing/samples.js';
import {
  checkpointOf,
  EMPTY_ROOT,
  sealCheckpoint,
  sealInternal,
  sealLogAsk,
  statementHash,
  verifyCheckpoint,
  verifyInternal,
} from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

const at = instantOf(NOW);
const log = new MemoryLog();
log.append(receiptLeaves(9));
const good = tellingOf(log, 4, 9).checkpoint;
const base64 = (bytes: Buffer): string => bytes.toString('base64url');

describe('a checkpoint', () => {
  it('states a stretch of a log, what is seen of the counterpart’s, and the internal log', () => {
    const seen = { ep: 3, size: 2, root: base64(digest('seen')) };
    const internal = base64(digest('internal'));
    const stretch = { start: 4, startRoot: log.rootAt(4), size: 9, root: log.rootAt(9) };
    const content = checkpointOf(stretch, { from: 'by-mvd', to: 'kz-knb', ep: 1, seen, internal, at });
    expect(content).toEqual({
      ...{ from: 'by-mvd', to: 'kz-knb', ep: 1, start: 4, size: 9, seen, internal, at },
      startRoot: base64(log.rootAt(4)),
      root: base64(log.rootAt(9)),
    });
    expect(verifyCheckpoint(sealCheckpoint(content, offices.by), offices)).toEqual({
      ok: true,
      content,
      signers: [
        { role: 'seal', authority: 'by-mvd', thumbprint: offices.by.certificate.thumbprint, iat: NOW },
      ],
    });
  });

  it.each<[string, Partial<Checkpoint>, string]>([
    ['begins after its end', { start: 10 }, 'start'],
    ['has two roots of one size', { start: 9 }, 'startRoot'],
    ['begins with nothing, and not with its root', { start: 0 }, 'startRoot'],
    ['has a root of another length', { root: 'short' }, 'root'],
    ['has a size below 0', { size: -1 }, 'size'],
    ['names no authority', { to: 'kz knb' }, 'to'],
    ['has seen half a head', { seen: { ep: 1, size: 2 } as never }, 'seen.root'],
    ['has a day for an instant', { at: '2026-06-01' }, 'at'],
    ['says how long the internal log is', { internalSize: 7 } as object, ''],
  ])('that %s is not sealed', (_, over, path) => {
    expect(() => sealCheckpoint({ ...good, ...over }, offices.by)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(`valise-checkpoint+jws${path && `.${path}`}: `) as unknown,
      }),
    );
  });

  it('of nothing has the root of nothing', () => {
    const root = base64(EMPTY_ROOT);
    const empty = { ...good, start: 0, startRoot: root, size: 0, root };
    expect(verifyCheckpoint(sealCheckpoint(empty, offices.by), offices)).toMatchObject({ ok: true });
    expect(() => sealCheckpoint({ ...empty, root: good.root, startRoot: good.root }, offices.by)).toThrow();
  });

  it('is sealed by the authority whose log it is, and by nobody else', () => {
    const refused = (code: string) => ({ ok: false, code });
    const verified = (seal: Offices['by']) => verifyCheckpoint(sealCheckpoint(good, seal), offices);
    expect(verified(offices.kz)).toMatchObject(refused('EVIDENCE_SIGNATURE'));
    const asHead = () => sealCheckpoint(good, offices.head);
    expect(asHead).toThrow(expect.objectContaining({ code: 'ENVELOPE_ROLE' }));
    const jws = sealCheckpoint(good, offices.by);
    const twice = { ...jws, signatures: [...jws.signatures, ...jws.signatures] };
    expect(verifyCheckpoint(twice, offices)).toMatchObject(refused('EVIDENCE_SIGNATURE'));
    const { payload } = sealCheckpoint({ ...good, seen: null, at: instantOf(NOW + 1) }, offices.by);
    expect(verifyCheckpoint({ ...jws, payload }, offices)).toMatchObject(refused('EVIDENCE_SIGNATURE'));
  });

  it.each(['CERTIFICATE_UNKNOWN', 'CERTIFICATE_PATH', 'CERTIFICATE_REVOKED'] as const)(
    'by a certificate of which the register says %s is refused with that',
    (code) => {
      const resolve = () => ({ ok: false, code, detail: 'so it is' }) as const;
      const jws = sealCheckpoint(good, offices.by);
      expect(verifyCheckpoint(jws, { resolve })).toEqual({ ok: false, code, detail: 'so it is' });
    },
  );

  it.each([null, 1, {}, { payload: '', signatures: [] }, { payload: 'e30', signatures: [{}] }])(
    'is not %j',
    (jws) => {
      expect(verifyCheckpoint(jws, offices)).toMatchObject({ ok: false, code: 'EVIDENCE_FORMAT' });
    },
  );

  it('with a header too large to read is refused for its form', () => {
    const jws = sealCheckpoint(good, offices.by);
    const signatures = jws.signatures.map((one) => ({ ...one, protected: 'A'.repeat(20_000) }));
    expect(verifyCheckpoint({ ...jws, signatures }, offices)).toMatchObject({ code: 'EVIDENCE_FORMAT' });
  });

  it('is named by its hash, signature included', () => {
    const jws = sealCheckpoint(good, offices.by);
    expect(statementHash(jws)).toMatch(/^[\w-]{43}$/);
    expect(statementHash(JSON.parse(JSON.stringify(jws)) as typeof jws)).toBe(statementHash(jws));
    expect(statementHash(sealCheckpoint(good, { ...offices.by, iat: NOW + 1 }))).not.toBe(statementHash(jws));
  });
});

it('an ask is sealed by who asks', () => {
  const content = { from: AUTHORITIES.kz, to: AUTHORITIES.by, ep: 1, have: 4, at };
  const jws = sealLogAsk(content, offices.kz);
  const verified = verifyStatement(jws, { ...offices, typ: 'valise-log-ask+jws' });
  expect(verified).toMatchObject({ ok: true, content });
  expect(verifyCheckpoint(jws, offices)).toMatchObject({ ok: false, code: 'EVIDENCE_FORMAT' });
  const another = sealLogAsk(content, offices.by);
  expect(verifyStatement(another, { ...offices, typ: 'valise-log-ask+jws' })).toMatchObject({ ok: false });
});

describe('the head of the internal log', () => {
  const content = { by: AUTHORITIES.by, size: 9, root: log.rootAt(9), salt: saltOf('internal'), at };

  it('is sealed by its authority, with a salt', () => {
    const jws = sealInternal(content, offices.by);
    expect(verifyInternal(jws, offices)).toMatchObject({
      ok: true,
      content: { ...content, root: base64(content.root), salt: base64(content.salt) },
    });
    expect(verifyInternal(sealInternal(content, offices.kz), offices)).toMatchObject({
      code: 'EVIDENCE_SIGNATURE',
    });
    expect(verifyInternal(sealCheckpoint(good, offices.by), offices)).toMatchObject({
      code: 'EVIDENCE_FORMAT',
    });
  });

  it('has a salt of 16 bytes', () => {
    for (const bytes of [0, 15, 17])
      expect(() => sealInternal({ ...content, salt: Buffer.alloc(bytes) }, offices.by)).toThrow(
        expect.objectContaining({ code: 'INPUT_INVALID' }),
      );
  });
});

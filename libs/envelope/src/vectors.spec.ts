import { createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { unixSeconds } from '#core';
import { parseCertificate, parseCrl } from '#trust';
import type { Vector } from '../testing/vector.js';
import { CONTRACT_ATTACKS } from '../testing/contract-attacks.js';
import { openAll, resolveFrom, type Opened, type OpenOptions, type Rejected } from './index.js';

const FOLDER = 'test/vectors/envelope';
const VECTORS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const vector = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Vector;
    return [file, vector] as const;
  });

const certificate = (base64: string) => parseCertificate(Buffer.from(base64, 'base64'));

function optionsOf({ recipients, trust, at }: Vector): OpenOptions {
  const lists = trust.map(({ root, intermediates, crls, listed }) => ({
    root: certificate(root),
    intermediates: intermediates.map(certificate),
    crls: crls.map((der) => parseCrl(Buffer.from(der, 'base64'))),
    listed: listed.map((one) => ({ ...one, certificate: certificate(one.certificate) })),
  }));
  return {
    recipients: recipients.map((one) => ({
      authority: one.authority,
      certificate: certificate(one.certificate),
      key: createPrivateKey(one.key),
    })),
    resolve: resolveFrom(lists, new Date(at)),
    now: unixSeconds(at),
  };
}

function bytesOf(envelope: Vector['deliveries'][number]['envelope']): Buffer {
  if ('text' in envelope) return Buffer.from(envelope.text);
  return Buffer.from(envelope.runs.map(([text, times]) => text.repeat(times)).join(''));
}

function summary(answer: Opened | Rejected): unknown {
  if (!answer.ok) return { code: answer.code, authenticated: 'sender' in answer };
  if (answer.kind === 'statement') return { kind: answer.kind, typ: answer.typ, content: answer.content };
  const proofs = answer.proofs.map(({ typ, id, sha256 }) => ({ typ, id, sha256 }));
  return { kind: answer.kind, D: answer.D, payload: answer.payload, proofs };
}

describe('a vector of the format', () => {
  it.each(VECTORS)('%s opens, or is refused, as it says', (file, vector) => {
    expect(file).toBe(`${vector.name}.json`);
    const options = optionsOf(vector);
    for (const { envelope, expect: expected } of vector.deliveries)
      expect(openAll(bytesOf(envelope), options).map(summary)).toEqual(
        'each' in expected ? expected.each : [expected],
      );
  });
});

describe('the vectors together', () => {
  const all = VECTORS.map(([, vector]) => vector);

  it('carry out every attack of the protocol’s list, and the list is the one that the document has', () => {
    expect(CONTRACT_ATTACKS.filter((attack) => !all.some((one) => one.attack === attack))).toEqual([]);
    const document = readFileSync('docs/protocol/envelope.md', 'utf8');
    const [, list = ''] = /An attack each: (.*?)\.\n/s.exec(document) ?? [];
    expect(list.replaceAll('\n', ' ').split(' · ')).toEqual([...CONTRACT_ATTACKS]);
  });

  it('have good ones of both suites, with one, two and three signatures, and of every type that travels', () => {
    const good = all.filter(({ deliveries }) => deliveries.every((one) => 'kind' in one.expect));
    const names = good.map(({ name }) => name.replace(/\.rsa$/, ''));
    for (const suite of ['P-256', 'RSA'])
      for (const words of ['the-seal-alone', 'by-the-head-and-sealed', 'by-two-officers', 'with-a-consent'])
        expect(good.filter((one) => one.suite === suite && one.name.includes(words))).not.toEqual([]);
    expect(new Set(names).size).toBeGreaterThan(20);
    const types = good.flatMap(({ deliveries }) =>
      deliveries.flatMap((one) => ('typ' in one.expect ? one.expect.typ : [])),
    );
    expect([...new Set(types)].sort()).toEqual(
      ['checkpoint', 'epoch', 'log-ask', 'range', 'receipt', 'resend', 'void'].map(
        (typ) => `valise-${typ}+jws`,
      ),
    );
  });

  it('meet every refusal that opening knows', () => {
    const codes = new Set(
      all.flatMap(({ deliveries }) =>
        deliveries.flatMap((one) => ('code' in one.expect ? one.expect.code : [])),
      ),
    );
    const named = [
      ...[
        'SIZE',
        'FORMAT',
        'VERSION',
        'ALGORITHM',
        'NOT_FOR_ME',
        'DECRYPT',
        'COMMITMENT',
        'SIGNATURE',
        'ROLE',
      ],
      ...['BINDING', 'EXPIRED', 'ATTACHMENT', 'PROOF'],
    ].map((code) => `ENVELOPE_${code}`);
    const certificates = ['UNKNOWN', 'PATH', 'REVOKED'].map((code) => `CERTIFICATE_${code}`);
    expect([...codes].sort()).toEqual([...named, ...certificates, 'REPLAY'].sort());
  });

  it('say that their keys are published', () => {
    for (const { warning } of all) expect(warning).toContain('published, for tests only');
  });
});

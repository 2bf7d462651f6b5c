import type { KeyObject } from 'node:crypto';
import { isInstant, messageOf, ValiseError } from '#core';
import type { Recipient, TrustList } from '#envelope';
import {
  isSameKey,
  loadCertificate,
  loadPrivateKey,
  parseCertificate,
  parseCrl,
  privateKeyOf,
  ROLES,
} from '#trust';
import { z } from 'zod';
import { invalid, malformed } from '../decisions/malformed.js';
import { readInput } from './read-input.js';

/** What opening needs beside the envelope, as files have it (docs/protocol/envelope.md, "Vectors"). */

const CERTIFICATES_MAX = 10_000;
const DER_CHARACTERS_MAX = 1_048_576;
const base64 = z.base64().min(1).max(DER_CHARACTERS_MAX);
const authority = z.string().min(1).max(64);

const trustSchema = z
  .array(
    z.strictObject({
      root: base64,
      intermediates: z.array(base64).max(100),
      crls: z.array(base64).max(100),
      listed: z
        .array(z.strictObject({ authority, role: z.enum(ROLES), certificate: base64 }))
        .max(CERTIFICATES_MAX),
    }),
  )
  .max(1_000);

const vectorSchema = z.strictObject({
  name: z.string().max(200),
  description: z.string().max(1_000),
  attack: z.string().max(200).nullable(),
  suite: z.string().max(64),
  warning: z.string().max(1_000),
  at: z.string().refine(isInstant, 'not an instant in UTC'),
  recipients: z
    .array(z.strictObject({ authority, certificate: base64, key: z.string().max(16_384) }))
    .min(1)
    .max(16),
  trust: trustSchema,
  deliveries: z
    .array(
      z.strictObject({
        envelope: z.union([
          z.strictObject({ text: z.string() }),
          z.strictObject({
            runs: z
              .array(
                z.tuple([
                  z.string().max(16),
                  z
                    .int()
                    .min(1)
                    .max(2 ** 21),
                ]),
              )
              .max(16),
          }),
        ]),
        expect: z.looseObject({}),
        receiver: z.string().max(64).optional(),
      }),
    )
    .min(1)
    .max(64),
});

export interface Opening {
  readonly envelopes: readonly Buffer[];
  readonly recipients: readonly Recipient[];
  readonly trust: readonly TrustList[];
  readonly at: Date;
}

/** Everything from one file. @throws ValiseError INPUT_INVALID naming the JSON path */
export function readVector(text: string): Opening {
  const content = parse(text);
  const parsed = vectorSchema.safeParse(content);
  if (!parsed.success && isEnvelope(content))
    throw new ValiseError('INPUT_INVALID', 'the file is an envelope, not a vector', {
      remedy: 'give --keys and --trust',
    });
  if (!parsed.success) throw invalid('$', parsed.error);
  const { recipients, trust, at, deliveries } = parsed.data;
  return {
    envelopes: deliveries.map(({ envelope }) =>
      Buffer.from(
        'text' in envelope
          ? envelope.text
          : envelope.runs.map(([part, times]) => part.repeat(times)).join(''),
      ),
    ),
    recipients: recipients.map((one, index) => ({
      authority: one.authority,
      certificate: readDer(one.certificate, `$.recipients[${index}].certificate`, parseCertificate),
      key: readKey(one.key, `$.recipients[${index}].key`),
    })),
    trust: trustOf(trust, '$.trust'),
    at: new Date(at),
  };
}

function isEnvelope(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'ciphertext' in content;
}

/** Lists of certificates under pinned roots. @throws ValiseError INPUT_INVALID naming the JSON path */
export function readTrust(text: string): TrustList[] {
  const parsed = trustSchema.safeParse(parse(text));
  if (!parsed.success) throw invalid('$', parsed.error);
  return trustOf(parsed.data, '$');
}

/**
 * Keys from PEM files, in any order: certificates of encryption, and the private keys to them. Of keys only those
 * that nobody else can read are taken.
 *
 * @throws ValiseError INPUT_INVALID, KEY_FILE, KEY_PERMISSIONS, KEY_PASSPHRASE
 */
export function readKeys(paths: readonly string[], passphrase: string | undefined): Recipient[] {
  const isCertificate = (path: string): boolean => readInput(path).includes('-----BEGIN CERTIFICATE-----');
  const keys = paths.filter((path) => !isCertificate(path)).map((path) => loadPrivateKey(path, passphrase));
  const certificates = paths.filter(isCertificate).map((path) => loadCertificate(path));
  const recipients = certificates.flatMap((certificate) => {
    const key = keys.find((one) => isSameKey(one, certificate.publicKey));
    if (key === undefined || certificate.authority === undefined) return [];
    return [{ authority: certificate.authority, certificate, key }];
  });
  if (recipients.length === 0)
    throw new ValiseError(
      'INPUT_INVALID',
      'no certificate among the files of --keys has its private key there',
      {
        remedy: 'give the encryption certificate and its private key: --keys by.crt.pem by.key.pem',
      },
    );
  return recipients;
}

function trustOf(lists: z.infer<typeof trustSchema>, path: string): TrustList[] {
  return lists.map(({ root, intermediates, crls, listed }, index) => {
    const at = `${path}[${index}]`;
    return {
      root: readDer(root, `${at}.root`, parseCertificate),
      intermediates: intermediates.map((der, i) =>
        readDer(der, `${at}.intermediates[${i}]`, parseCertificate),
      ),
      crls: crls.map((der, i) => readDer(der, `${at}.crls[${i}]`, parseCrl)),
      listed: listed.map((one, i) => {
        const certificate = readDer(one.certificate, `${at}.listed[${i}].certificate`, parseCertificate);
        if (certificate.authority !== one.authority)
          throw malformed(
            `${at}.listed[${i}]`,
            `the certificate names ${certificate.authority ?? 'no authority'}, and is listed for ${one.authority}`,
          );
        return { ...one, certificate };
      }),
    };
  });
}

function readDer<T>(text: string, path: string, read: (der: Buffer) => T): T {
  return named(path, () => read(Buffer.from(text, 'base64')));
}

function readKey(pem: string, path: string): KeyObject {
  return named(path, () => privateKeyOf(pem));
}

function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw malformed(path, messageOf(error).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '));
  }
}

function parse(text: string): unknown {
  return named('$', () => JSON.parse(text) as unknown);
}

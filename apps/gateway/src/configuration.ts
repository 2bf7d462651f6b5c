import { isInstant } from '#core';
import { loadConfiguration, resolveFrom, secret } from '#service';
import { z } from 'zod';

const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'lower-case letters, digits and hyphens, 2 to 40 of them');
const file = z.string().min(1).max(1024);
const tokenHash = z.string().regex(/^[0-9a-f]{64}$/);
const keyPair = z.strictObject({ certificate: file, key: file });
/** A key in a hardware module, by PKCS#11. */
const tokenKey = z.strictObject({
  certificate: file,
  pkcs11: z.strictObject({
    library: file.describe('the vendor’s PKCS#11 library'),
    token: z.string().min(1).max(32).describe('the label of the token'),
    label: z.string().min(1).max(255).describe('the label of the private key'),
    pin: secret,
  }),
});
const sealKey = z.union([keyPair, tokenKey]);
export type SealFiles = z.output<typeof sealKey>;

/**
 * A node's configuration, as config/node.example.yaml explains it to operators. Every bound has a default that
 * suits a national node.
 */
export const configurationSchema = z.strictObject({
  node: id.describe('this node on the bus'),
  listen: z.strictObject({ host: z.string().min(1).max(255), port: z.int().min(1).max(65535) }),
  database: z.strictObject({ url: secret, poolMax: z.int().min(4).max(200).default(20) }),
  bus: z.strictObject({
    url: secret,
    tls: z.strictObject({ ca: file, certificate: file, key: file }).optional(),
    peers: z.array(id).min(1).max(64).describe('the nodes to exchange with, depositaries included'),
    prefetch: z.int().min(1).max(1000).default(200),
  }),
  authorities: z
    .array(
      z.strictObject({
        id,
        seal: z
          .union([sealKey.transform((one) => [one]), z.array(sealKey).min(1).max(4)])
          .describe(
            'one, or several with the newest first; older ones until what was queued under them has gone',
          ),
        encryption: z
          .array(keyPair)
          .min(1)
          .max(16)
          .describe('the newest first; older ones until the last message to them expired'),
      }),
    )
    .min(1)
    .max(32),
  anchors: z
    .array(
      z.strictObject({
        keeper: z.string().regex(/^(depositary|state|organ):[A-Za-z0-9-]{2,40}$/),
        certificate: file,
      }),
    )
    .min(1)
    .max(64)
    .describe('the roots that this node trusts, one a keeper'),
  register: z.strictObject({
    depositaries: z.array(id).min(1).max(4),
    keeper: z
      .strictObject({ book: z.string().max(60), certificate: file, key: file })
      .optional()
      .describe('where this node signs hourly statements of its own state’s list'),
    ageHoursMax: z
      .number()
      .positive()
      .max(24 * 31)
      .default(48)
      .describe('sending stops when a book’s last statement is older'),
    revocation: z
      .strictObject({
        warnAfterHours: z
          .number()
          .positive()
          .default(8 * 24),
        refuseAfterHours: z
          .number()
          .positive()
          .default(31 * 24),
        required: z.boolean().default(false).describe('whether a list without revocation lists is refused'),
      })
      .refine(({ warnAfterHours, refuseAfterHours }) => warnAfterHours <= refuseAfterHours, {
        path: ['warnAfterHours'],
        message: 'must not be later than refuseAfterHours',
      })
      .prefault({})
      .describe('how old revocation lists may be, beyond their own next update'),
    statementMinutes: z
      .number()
      .positive()
      .max(24 * 60)
      .default(60),
  }),
  attachments: z.strictObject({
    folder: file,
    bytesMax: z
      .int()
      .min(1)
      .max(8 * 1024 ** 3)
      .default(2 * 1024 ** 3),
    unsentHours: z
      .number()
      .positive()
      .max(24 * 366)
      .default(24 * 7)
      .describe('how long an upload is kept that no message names'),
    unsentBytesMax: z
      .int()
      .min(1)
      .max(1024 ** 4)
      .default(16 * 1024 ** 3)
      .describe('an authority’s quota: its uploads that no message names'),
    freeBytesMin: z
      .int()
      .min(0)
      .max(1024 ** 4)
      .default(256 * 1024 ** 2)
      .describe('what is left free on the disk: below it nothing is uploaded and nothing pulled'),
    peerFilesMax: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(20_000)
      .describe('received by one authority of ours from one other: files on the disk or announced'),
    peerBytesMax: z
      .int()
      .min(1)
      .max(1024 ** 5)
      .default(64 * 1024 ** 3)
      .describe('and their bytes'),
    stallSeconds: z
      .number()
      .positive()
      .max(3600)
      .default(60)
      .describe('when an upload without progress ends'),
  }),
  bounds: z
    .strictObject({
      nodeRowsMax: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(10_000)
        .describe('of one sending node: deliveries in quarantine, and as many held'),
      nodeBytesMax: z
        .int()
        .min(1024)
        .max(64 * 1024 ** 3)
        .default(64 * 1024 ** 2)
        .describe('of one sending node: bytes in quarantine, and as many held'),
      quarantineDays: z
        .number()
        .positive()
        .max(3660)
        .default(90)
        .describe('how long a delivery stays in quarantine after it came last'),
      waitingMax: z
        .int()
        .min(1)
        .max(100_000)
        .default(1_000)
        .describe('messages of one pair of authorities that wait behind a missing one'),
      waitingBytesMax: z
        .int()
        .min(1024)
        .max(1024 ** 3)
        .default(16 * 1024 ** 2)
        .describe('and the bytes of their payloads'),
      bookVersionsPerDayMax: z
        .int()
        .min(1)
        .max(10_000)
        .default(96)
        .describe('versions of one book that are taken within 24 hours'),
      bookBytesMax: z
        .int()
        .min(1024)
        .max(64 * 1024 ** 3)
        .default(1024 ** 3)
        .describe('bytes of all versions of one book'),
    })
    .prefault({})
    .describe('what others can make this node keep'),
  busLevelMax: z
    .enum(['open', 'restricted', 'secret', 'top-secret', 'special-importance'])
    .default('restricted'),
  messageDays: z
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('how long a message may be on its way before it expires'),
  resendAfterSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(10)
    .describe('how long a gap is left alone before its messages are asked for'),
  receiptAfterSeconds: z
    .number()
    .positive()
    .max(86400)
    .default(30)
    .describe('how long a receipt is waited for before a message is published again'),
  restoredAt: z
    .string()
    .refine(isInstant, 'an instant in UTC, for example 2026-03-01T09:00:00Z')
    .optional()
    .describe('when the database was last restored from a backup: every sequence then begins again, once'),
  administratorTokenSha256: z
    .union([tokenHash.transform((one) => [one]), z.array(tokenHash).min(1).max(8)])
    .optional()
    .describe('hashes of the first administrators’ tokens, one each of two people or more'),
});

export type Configuration = z.output<typeof configurationSchema> & {
  /** Resolves a file name of the configuration. */
  readonly resolve: (name: string) => string;
  /** The configuration's own file, for secrets that stand beside it. */
  readonly file: string;
};

/** @throws ValiseError CONFIGURATION, naming every field at fault */
export function readConfiguration(path: string): Configuration {
  return {
    ...loadConfiguration(path, configurationSchema),
    file: path,
    resolve: (name) => resolveFrom(path, name),
  };
}

/** For Nest's injector. */
export const CONFIGURATION = Symbol('CONFIGURATION');

import { isNodeId } from '#topology';
import { filePath, loadConfiguration, readSecret, resolveFrom, secret } from '#service';
import { z } from 'zod';

const PEERS_MAX = 64;
const ANCHORS_MAX = 128;

const nodeId = z.string().refine(isNodeId, 'must be a node id, for example kz or cis-atc');
const keeper = z
  .string()
  .regex(/^(state:[A-Z]{2}|organ:[a-z][a-z0-9-]{0,62})$/, 'must be state:KZ or organ:cis-atc');

/** Every field of the configuration file; `config/depositary.example.yaml` explains each to an operator. */
export const configurationSchema = z
  .strictObject({
    organisation: z.enum(['CIS', 'CSTO']),
    node: nodeId,
    sample: z.boolean().default(false),
    listen: z.strictObject({
      host: z.string().min(1).max(255).default('127.0.0.1'),
      port: z.int().min(1).max(65535),
    }),
    database: z.strictObject({ url: secret, poolMax: z.int().min(2).max(100).default(10) }),
    bus: z.strictObject({
      url: secret,
      tls: z.strictObject({ ca: filePath, certificate: filePath, key: filePath }).optional(),
    }),
    peers: z.array(nodeId).max(PEERS_MAX).refine(isDistinct, 'a node is named twice'),
    signing: z.strictObject({
      certificate: filePath,
      key: filePath,
      passphrase: secret.optional(),
      chain: z.array(filePath).max(1).default([]),
    }),
    anchors: z
      .array(z.strictObject({ keeper, certificate: filePath }))
      .max(ANCHORS_MAX)
      .refine((anchors) => isDistinct(anchors.map((anchor) => anchor.keeper)), 'a keeper has two anchors'),
    administratorTokenSha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex'),
    bounds: z
      .strictObject({
        bookVersionsPerDayMax: z.int().min(1).max(10_000).default(48),
        bookBytesMax: z
          .int()
          .min(1024)
          .max(64 * 1024 ** 3)
          .default(1024 ** 3),
      })
      .prefault({}),
    statementEveryMinutes: z.int().min(1).max(1440).default(60),
  })
  .refine(({ node, peers }) => !peers.includes(node), { path: ['peers'], message: 'names this node itself' });

type Parsed = z.output<typeof configurationSchema>;

/** The configuration with file names made absolute and the two connection secrets read. */
export interface DepositaryConfiguration extends Omit<Parsed, 'database' | 'bus' | 'signing'> {
  readonly database: { readonly url: string; readonly poolMax: number };
  readonly bus: { readonly url: string; readonly tls?: { ca: string; certificate: string; key: string } };
  readonly signing: {
    readonly certificate: string;
    readonly key: string;
    readonly passphrase?: string;
    readonly chain: readonly string[];
  };
}

/** Injection token of the configuration. */
export const CONFIGURATION = Symbol('CONFIGURATION');

/** Reads and checks the configuration file. @throws ValiseError CONFIGURATION, one line that names every fault */
export function readConfiguration(file: string): DepositaryConfiguration {
  const parsed = loadConfiguration(file, configurationSchema);
  const at = (name: string): string => resolveFrom(file, name);
  const { bus, database, signing } = parsed;
  return {
    ...parsed,
    database: { url: readSecret(database.url, file), poolMax: database.poolMax },
    bus: {
      url: readSecret(bus.url, file),
      ...(bus.tls && {
        tls: { ca: at(bus.tls.ca), certificate: at(bus.tls.certificate), key: at(bus.tls.key) },
      }),
    },
    signing: {
      certificate: at(signing.certificate),
      key: at(signing.key),
      chain: signing.chain.map(at),
      ...(signing.passphrase && { passphrase: readSecret(signing.passphrase, file) }),
    },
    anchors: parsed.anchors.map((anchor) => ({ ...anchor, certificate: at(anchor.certificate) })),
  };
}

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

import { loadConfiguration, secret } from '#service';
import { z } from 'zod';

const file = z.string().min(1).max(1024);
const keyPair = z.object({ certificate: file, key: file });
const tokenKey = z.object({
  certificate: file,
  pkcs11: z.object({ library: file, token: z.string(), label: z.string(), pin: secret }),
});
const sealKey = z.union([keyPair, tokenKey]);

/**
 * The part of a node's configuration that is examined. The gateway checks the whole file by its strict schema when it
 * starts; this view ignores unknown fields.
 */
export const viewSchema = z.object({
  node: z.string(),
  listen: z.object({ host: z.string(), port: z.int() }),
  database: z.object({ url: secret }),
  bus: z.object({
    url: secret,
    tls: z.object({ ca: file, certificate: file, key: file }).optional(),
    peers: z.array(z.string()),
  }),
  authorities: z.array(
    z.object({
      id: z.string(),
      seal: z.union([sealKey.transform((one) => [one]), z.array(sealKey).min(1)]),
      encryption: z.array(keyPair).min(1),
    }),
  ),
  anchors: z.array(z.object({ keeper: z.string(), certificate: file })),
  register: z.object({
    depositaries: z.array(z.string()),
    keeper: keyPair.extend({ book: z.string() }).optional(),
    ageHoursMax: z.number().default(48),
  }),
  attachments: z.object({ folder: file }),
});
export type TokenKey = z.output<typeof tokenKey>;
export type View = z.output<typeof viewSchema>;

/** @throws ValiseError CONFIGURATION */
export function readView(path: string): View {
  return loadConfiguration(path, viewSchema);
}

/** The book that an anchor's keeper signs. */
export function bookOf(keeper: string): string {
  const [kind, id] = keeper.split(':');
  return `${kind === 'depositary' ? 'treaty' : 'list'}:${id ?? ''}`;
}

/** A depositary's configuration names its organisation; a node's does not. @throws ValiseError CONFIGURATION */
export function isDepositary(path: string): boolean {
  return 'organisation' in loadConfiguration(path, z.looseObject({}));
}

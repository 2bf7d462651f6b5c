import { inspect } from 'node:util';

const HIDDEN = '[withheld]';

/**
 * Lets an object that carries a private key pass through logs, error details and JSON without it: a reader of the
 * property by name still gets it.
 */
export function withheld<T extends { readonly privateKeyPem: string }>(holder: T): T {
  const told = () => ({ ...holder, privateKeyPem: HIDDEN });
  // Not enumerable, so that copies and comparisons see the content only.
  Object.defineProperty(holder, inspect.custom, { value: told });
  Object.defineProperty(holder, 'toJSON', { value: told });
  return holder;
}

/**
 * Runs with bytes that must not stay in memory, and overwrites them after. Strings cannot be overwritten in JavaScript: what
 * was PEM text stays until the collector takes it.
 */
export async function wiping<T>(secret: Uint8Array, use: (secret: Uint8Array) => Promise<T> | T): Promise<T> {
  try {
    return await use(secret);
  } finally {
    secret.fill(0);
  }
}

import type { Suite } from '#trust';
import type { ExistingRoot } from './new-keys.js';

export interface NewNode {
  readonly node: string;
  /** Whose list names the authorities: `state:KZ` or `organ:cis-atc`. */
  readonly keeper: string;
  readonly authorities: readonly string[];
  readonly listen: { readonly host: string; readonly port: number };
  readonly suite: Suite;
  /** An existing root; one is made where this is absent. */
  readonly issuer?: ExistingRoot;
  /** Protects the root that is made. */
  readonly rootPassphrase?: Buffer | undefined;
  /** Whether heads' keys are made too, to be given to their offices. */
  readonly heads: boolean;
  /** Nodes to exchange with, and the depositaries to ask for books. */
  readonly peers?: readonly string[] | undefined;
  readonly depositaries?: readonly string[] | undefined;
  /** Authorities of others with which there is an arrangement. */
  readonly partners?: readonly string[] | undefined;
  readonly instruments?: readonly string[] | undefined;
  readonly timeZone?: string | undefined;
  /** The broker knows it by a password in bus.url, not by a certificate. */
  readonly busPassword?: boolean;
}

import type { KeyObject } from 'node:crypto';
import { ValiseError } from '#core';
import { suiteOf, type Suite } from '#trust';

/** Whether trust takes this key for one of the suite: curve, and of RSA length and exponent. */
export function isOf(suite: Suite, key: KeyObject): boolean {
  try {
    return suiteOf(key) === suite;
  } catch (error) {
    if (error instanceof ValiseError) return false;
    throw error;
  }
}

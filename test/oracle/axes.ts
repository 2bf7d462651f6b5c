import type { Action } from '#policy';
import type { Level, Register } from '#treaties';
import { LEVELS_LOW_TO_HIGH, type InstrumentId } from './law.js';
import type { Standing } from './worlds.js';

/** The axes that several families share. A case is one register and one action; a family spells out a whole product. */

export interface Case {
  readonly register: Register;
  readonly action: Action;
}
export type Family = () => Generator<Case>;

export const BOOLEANS = [false, true] as const;
export const CHANNELS = ['bus', 'off-bus'] as const;
export const LEVELS: readonly Level[] = LEVELS_LOW_TO_HIGH;
export const ORGANISATION = 'cis-counterterror-2017';

/** What one agreement may be between the two; four of them make every mixture, in which only one whole agreement helps. */
export const STANDINGS: readonly Standing[] = [
  { binding: 'nobody', clearance: null, accreditation: null },
  { binding: 'both', clearance: { upTo: 'top-secret' }, accreditation: { upTo: 'top-secret' } },
  { binding: 'both', clearance: { upTo: 'top-secret' }, accreditation: { upTo: 'secret' } },
  { binding: 'both', clearance: { upTo: 'top-secret' }, accreditation: null },
  { binding: 'both', clearance: { upTo: 'secret' }, accreditation: { upTo: 'top-secret' } },
  { binding: 'both', clearance: null, accreditation: { upTo: 'top-secret' } },
  { binding: 'holder-only', clearance: { upTo: 'top-secret' }, accreditation: { upTo: 'top-secret' } },
  { binding: 'recipient-only', clearance: { upTo: 'top-secret' }, accreditation: { upTo: 'top-secret' } },
];

/** Only 2017 knows release decisions. */
export const decisionsUnder = (instrument: InstrumentId): readonly boolean[] =>
  instrument === ORGANISATION ? BOOLEANS : [false];

/** Binds both, clears the recipient, has a channel. */
export const WHOLE: Standing = {
  binding: 'both',
  clearance: { upTo: 'top-secret' },
  accreditation: { upTo: 'top-secret' },
};

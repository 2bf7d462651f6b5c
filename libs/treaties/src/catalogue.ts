import { cisCounterterror2017 } from './instruments/cis-counterterror-2017/index.js';
import { cisInfosec2013 } from './instruments/cis-infosec-2013/index.js';
import { cisItCrime2018 } from './instruments/cis-it-crime-2018/index.js';
import { cstoInfosphere2014 } from './instruments/csto-infosphere-2014/index.js';
import {
  cisComputerCrime2001,
  cisSecrets1993,
  cisSecrets2013,
  collectiveSecurityTreaty1992,
  cstoSecrets2004,
} from './instruments/referenced.js';
import { HOUSE, type House } from './house.js';
import type { Instrument } from './instrument.js';

/** The four that govern exchange, and those that they refer to; several versions of one where its text was amended. */
export const INSTRUMENTS: readonly Instrument[] = [
  cisItCrime2018,
  cstoInfosphere2014,
  cisInfosec2013,
  cisCounterterror2017,
  cstoSecrets2004,
  cisSecrets1993,
  cisSecrets2013,
  cisComputerCrime2001,
  collectiveSecurityTreaty1992,
];

/** Secrecy agreements that the instruments name; the register may name more (`agreements`). */
export const SECRECY_AGREEMENTS: readonly string[] = [
  cstoSecrets2004.id,
  cisSecrets1993.id,
  cisSecrets2013.id,
];

/** Everything that decisions rest on, as data: what is decided follows from it, and from nothing beside it. */
export interface Law {
  readonly instruments: readonly Instrument[];
  readonly secrecyAgreements: readonly string[];
  readonly house: House;
}

export const LAW: Law = { instruments: INSTRUMENTS, secrecyAgreements: SECRECY_AGREEMENTS, house: HOUSE };

/** The newest version of an instrument; what the law was on a given day, a compiled register tells (`instrumentAt`). */
export function instrumentOf(id: string, { instruments }: Law = LAW): Instrument | undefined {
  let newest: Instrument | undefined;
  for (const instrument of instruments)
    if (instrument.id === id && (newest === undefined || instrument.version.from >= newest.version.from))
      newest = instrument;
  return newest;
}

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
import type { Instrument } from './instrument.js';

/** The four that govern exchange, and those that they refer to. */
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

const BY_ID = new Map(INSTRUMENTS.map((instrument) => [instrument.id, instrument]));

export function instrumentOf(id: string): Instrument | undefined {
  return BY_ID.get(id);
}

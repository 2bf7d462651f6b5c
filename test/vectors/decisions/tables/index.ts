import { cisCounterterror2017 } from './cis-counterterror-2017.js';
import { cisInfosec2013 } from './cis-infosec-2013.js';
import { cisItCrime2018 } from './cis-it-crime-2018.js';
import { crossing } from './crossing.js';
import { cstoInfosphere2014 } from './csto-infosphere-2014.js';
import { secondReading } from './second-reading.js';
import type { Vector } from './vector.js';

export { register } from './register.js';

/** The cases by file: test/vectors/decisions/NAME.json. */
export const TABLES: Readonly<Record<string, readonly Vector[]>> = {
  'cis-it-crime-2018': cisItCrime2018,
  'csto-infosphere-2014': cstoInfosphere2014,
  'cis-infosec-2013': cisInfosec2013,
  'cis-counterterror-2017': cisCounterterror2017,
  crossing,
  'second-reading': secondReading,
};

import type { Instrument } from '../../instrument.js';
import { CIS_DEPOSITARY } from '../../states.js';
import { text } from '../../text.js';
import { continuing } from '../procedure.js';
import { binding } from './binding.js';
import { codes } from './codes.js';
import { information, stateSecrets } from './information.js';
import { operations } from './operations.js';
import { undecided } from './undecided.js';

export const cisItCrime2018: Instrument = {
  id: 'cis-it-crime-2018',
  title: text(
    'Соглашение о сотрудничестве государств – участников СНГ в борьбе с преступлениями в сфере информационных технологий',
    'ТМД-ға қатысушы мемлекеттердің ақпараттық технологиялар саласындағы қылмыстарға қарсы күрестегі ынтымақтастығы туралы келісім',
    'Agreement on cooperation of CIS member states in combating crimes in the sphere of information technology',
  ),
  done: { place: 'Dushanbe', on: '2018-09-28' },
  version: { from: '2018-09-28', until: null },
  organisation: 'CIS',
  depositary: CIS_DEPOSITARY,
  authentic: ['ru'],
  binding,
  organs: false,
  codes,
  exchange: { operations, stateSecrets, information, continuing },
  undecided,
};

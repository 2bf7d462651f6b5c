import type { Instrument } from '../../instrument.js';
import { CIS_DEPOSITARY } from '../../states.js';
import { text } from '../../text.js';
import { continuing } from '../procedure.js';
import { binding } from './binding.js';
import { codes } from './codes.js';
import { information, stateSecrets } from './information.js';
import { operations } from './operations.js';
import { undecided } from './undecided.js';

export const cisInfosec2013: Instrument = {
  id: 'cis-infosec-2013',
  title: text(
    'Соглашение о сотрудничестве государств – участников СНГ в области обеспечения информационной безопасности',
    'Ақпараттық қауіпсіздікті қамтамасыз ету саласындағы ТМД-ға қатысушы мемлекеттер ынтымақтастығы туралы келісім',
    'Agreement on cooperation of CIS member states in ensuring information security',
  ),
  done: { place: 'St Petersburg', on: '2013-11-20' },
  version: { from: '2013-11-20', until: null },
  organisation: 'CIS',
  depositary: CIS_DEPOSITARY,
  authentic: ['ru'],
  binding,
  organs: false,
  codes,
  exchange: { operations, stateSecrets, information, continuing },
  undecided,
};

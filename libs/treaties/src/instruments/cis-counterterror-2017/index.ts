import type { Instrument } from '../../instrument.js';
import { CIS_DEPOSITARY } from '../../states.js';
import { text } from '../../text.js';
import { continuing } from '../procedure.js';
import { binding } from './binding.js';
import { codes } from './codes.js';
import { information, stateSecrets } from './information.js';
import { operations } from './operations.js';
import { undecided } from './undecided.js';

export const cisCounterterror2017: Instrument = {
  id: 'cis-counterterror-2017',
  title: text(
    'Соглашение об обмене информацией в рамках СНГ в сфере борьбы с терроризмом и иными насильственными проявлениями экстремизма, а также их финансированием',
    'ТМД шеңберінде терроризмге және экстремизмнің өзге де зорлық-зомбылық көріністеріне, сондай-ақ оларды қаржыландыруға қарсы күрес саласында ақпарат алмасу туралы келісім',
    'Agreement on exchange of information within the CIS in combating terrorism and other violent manifestations of extremism, and their financing',
  ),
  done: { place: 'Tashkent', on: '2017-11-03' },
  version: { from: '2017-11-03', until: null },
  organisation: 'CIS',
  depositary: CIS_DEPOSITARY,
  authentic: ['ru'],
  binding,
  organs: true,
  codes,
  exchange: { operations, stateSecrets, information, continuing },
  undecided,
};

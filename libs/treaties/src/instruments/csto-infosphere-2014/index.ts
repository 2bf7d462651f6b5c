import type { Instrument } from '../../instrument.js';
import { CSTO_DEPOSITARY } from '../../states.js';
import { text } from '../../text.js';
import { continuing } from '../procedure.js';
import { binding } from './binding.js';
import { codes } from './codes.js';
import { information, stateSecrets } from './information.js';
import { operations } from './operations.js';
import { undecided } from './undecided.js';

export const cstoInfosphere2014: Instrument = {
  id: 'csto-infosphere-2014',
  title: text(
    'Протокол о взаимодействии государств – членов ОДКБ по противодействию преступной деятельности в информационной сфере',
    'Ақпарат саласындағы қылмыстық әрекетке қарсы іс-қимыл бойынша ҰҚШҰ-ға мүше мемлекеттердің өзара іс-қимылы туралы хаттама',
    'Protocol on interaction of CSTO member states in countering criminal activity in the information sphere',
  ),
  done: { place: 'Moscow', on: '2014-12-23' },
  version: { from: '2014-12-23', until: null },
  organisation: 'CSTO',
  depositary: CSTO_DEPOSITARY,
  authentic: ['ru'],
  binding,
  organs: false,
  codes,
  exchange: { operations, stateSecrets, information, continuing },
  undecided,
};

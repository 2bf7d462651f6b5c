import { NO_CODES, type Binding, type Instrument } from '../instrument.js';
import { CIS_DEPOSITARY, CIS_STATES, CSTO_DEPOSITARY, CSTO_STATES } from '../states.js';
import { text, type Text } from '../text.js';

/** Instruments that the four refer to: their parties and dates are known to the register, no rules of their own here. */

/** They bind from the day of a state's own notification (MATRIX section 1). */
function fromNotification(cite: string, openTo: readonly string[]): Binding {
  const rule = {
    cite,
    basis: 'inferred',
    text: text(
      'Действует для государства со дня получения депозитарием его уведомления.',
      'Мемлекет үшін депозитарий оның хабарламасын алған күннен бастап қолданылады.',
      'Binds a state from the day its notification is received.',
    ),
  } as const;
  return {
    openTo,
    entry: { notifications: 1, days: 0, rule },
    accession: { days: 0, rule },
    withdrawal: { months: 6, stateNamesDate: true, rule },
    lastsAsLongAs: null,
    replacedBy: null,
  };
}

function referenced(
  id: string,
  organisation: 'CIS' | 'CSTO',
  on: string,
  title: Text,
  binding: Binding = fromNotification(id, organisation === 'CIS' ? CIS_STATES : CSTO_STATES),
): Instrument {
  return {
    id,
    title,
    done: { place: '', on },
    version: { from: on, until: null },
    organisation,
    depositary: organisation === 'CIS' ? CIS_DEPOSITARY : CSTO_DEPOSITARY,
    authentic: ['ru'],
    binding,
    organs: false,
    codes: NO_CODES,
    exchange: null,
    undecided: [],
  };
}

export const cstoSecrets2004 = referenced(
  'csto-secrets-2004',
  'CSTO',
  '2004-06-18',
  text(
    'Соглашение о взаимном обеспечении сохранности секретной информации в рамках ОДКБ',
    'ҰҚШҰ шеңберінде құпия ақпараттың сақталуын өзара қамтамасыз ету туралы келісім',
    'Agreement on mutual safeguarding of classified information within the CSTO',
  ),
);
export const cisSecrets1993 = referenced(
  'cis-secrets-1993',
  'CIS',
  '1993-01-22',
  text(
    'Соглашение о взаимном обеспечении сохранности межгосударственных секретов',
    'Мемлекетаралық құпиялардың сақталуын өзара қамтамасыз ету туралы келісім',
    'Agreement on mutual safeguarding of interstate secrets',
  ),
);
export const cisSecrets2013 = referenced(
  'cis-secrets-2013',
  'CIS',
  '2013-10-25',
  text(
    'Соглашение о защите секретной информации в рамках СНГ',
    'ТМД шеңберінде құпия ақпаратты қорғау туралы келісім',
    'Agreement on the protection of classified information within the CIS',
  ),
);
export const cisComputerCrime2001 = referenced(
  'cis-computer-crime-2001',
  'CIS',
  '2001-06-01',
  text(
    'Соглашение о сотрудничестве государств – участников СНГ в борьбе с преступлениями в сфере компьютерной информации',
    'ТМД-ға қатысушы мемлекеттердің компьютерлік ақпарат саласындағы қылмыстарға қарсы күрестегі ынтымақтастығы туралы келісім',
    'Agreement on cooperation of CIS states in combating crimes in the sphere of computer information',
  ),
  {
    ...fromNotification('cis-computer-crime-2001', CIS_STATES),
    replacedBy: {
      instrument: 'cis-it-crime-2018',
      rule: {
        cite: 'cis-it-crime-2018#17.2',
        basis: 'explicit',
        text: text(
          'В отношениях между участниками Соглашения 2018 года Соглашение от 1 июня 2001 года прекратило действие.',
          '2018 жылғы Келісімге қатысушылар арасындағы қатынастарда 2001 жылғы 1 маусымдағы келісімнің қолданылуы тоқтатылды.',
          'Between parties to the 2018 agreement the agreement of 1 June 2001 has ceased.',
        ),
      },
    },
  },
);
/** Only its end matters here: the CSTO Protocol of 2014 lasts as long as it does (#17). */
export const collectiveSecurityTreaty1992 = referenced(
  'collective-security-treaty-1992',
  'CSTO',
  '1992-05-15',
  text(
    'Договор о коллективной безопасности',
    'Ұжымдық қауіпсіздік туралы шарт',
    'Collective Security Treaty',
  ),
);

import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { codes } from './codes.js';
import { REQUESTS } from './request-types.js';

const { explicit, inferred } = provisionsOf('cis-it-crime-2018');

/** Concrete cases, for which an offence of #3.1 is required (MATRIX section 3). */
const CONCRETE = ['5.a', '5.a.1', '5.b', '5.b.1', '5.b.2', '5.c', '5.i'];
/** The limb of #5.b on information, which the nexus qualifies; plain `5.b` is this one. */
const WITH_NEXUS = ['5.b', '5.b.1'];

/** Articles 3 and 4: who, and on what ground. */
export const who: readonly Operation[] = [
  {
    op: 'listed',
    on: 'all',
    who: 'both',
    met: explicit(
      '4.1',
      'Сотрудничество осуществляется непосредственно между компетентными органами.',
      'Ынтымақтастық құзыретті органдар арасында тікелей жүзеге асырылады.',
      'Competent authorities cooperate directly.',
    ),
    unmet: explicit(
      '4.2',
      'Отправителя или получателя в этот день нет в перечне компетентных органов.',
      'Бұл күні жіберуші немесе алушы құзыретті органдардың тізбесінде жоқ.',
      'Sender or receiver is not on the list of competent authorities that day.',
    ),
  },
  {
    op: 'between-parties',
    on: ['request', 'spontaneous'],
    unmet: inferred(
      '4.1',
      'Соглашение регулирует сотрудничество Сторон: оба органа принадлежат одному государству.',
      'Келісім Тараптардың ынтымақтастығын реттейді: екі орган да бір мемлекетке тиесілі.',
      'The agreement governs cooperation between Parties; both authorities are of one state.',
    ),
  },
];

/** Articles 3, 5 and 6.1: modes, forms, offences, nexus. */
export const scope: readonly Operation[] = [
  {
    op: 'allow',
    on: ['request'],
    by: [
      explicit(
        '6.1',
        'Сотрудничество осуществляется на основании запроса об оказании содействия.',
        'Ынтымақтастық жәрдем көрсету туралы сұрау салу негізінде жүзеге асырылады.',
        'Cooperation rests on a request for assistance.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['spontaneous'],
    by: [
      explicit(
        '6.1',
        'Информация может быть предоставлена без запроса, если она представляет интерес для другого органа.',
        'Ақпарат басқа орган үшін қызығушылық тудырса, сұрау салусыз берілуі мүмкін.',
        'Information may be given spontaneously if it is of interest to the other authority.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['confirmation'],
    by: [
      explicit(
        '6.2.1',
        'Запрос, переданный техническими средствами или устно, подтверждается письменно.',
        'Техникалық құралдармен немесе ауызша берілген сұрау салу жазбаша расталады.',
        'A request sent by technical means or orally is confirmed in writing.',
      ),
    ],
  },
  {
    op: 'forbid',
    on: ['standing-request'],
    unmet: inferred(
      '6.1',
      'Соглашение не знает постоянно действующих запросов.',
      'Келісім тұрақты болатын сұрау салуды көздемейді.',
      'The agreement knows no standing request.',
    ),
  },
  {
    op: 'grounds',
    on: ['spontaneous'],
    unmet: inferred(
      '6.1',
      'Укажите, почему информация представляет интерес для получателя.',
      'Ақпараттың алушы үшін неліктен қызығушылық тудыратынын көрсетіңіз.',
      'State why the information is of interest to the receiver.',
    ),
  },
  {
    op: 'form',
    on: 'all',
    known: Object.keys(codes.forms),
    met: [],
    unmet: explicit(
      '5',
      'Форма сотрудничества не названа или её нет в статье 5.',
      'Ынтымақтастық нысаны көрсетілмеген немесе ол 5-бапта жоқ.',
      'The form of cooperation is not named or not one of article 5.',
    ),
  },
  {
    op: 'offence',
    on: 'all',
    known: Object.keys(codes.offences),
    unmet: explicit(
      '3.1',
      'Названного деяния нет в статье 3.1.',
      'Аталған іс-әрекет 3.1-бапта жоқ.',
      'The offence named is not one of article 3.1.',
    ),
    wanted: {
      forms: CONCRETE,
      missing: inferred(
        '3.1',
        'Для этой формы сотрудничества назовите деяние по статье 3.1.',
        'Бұл ынтымақтастық нысаны үшін 3.1-бап бойынша іс-әрекетті атаңыз.',
        'For this form of cooperation name the offence of article 3.1.',
      ),
    },
  },
  {
    op: 'nexus',
    on: REQUESTS,
    forms: WITH_NEXUS,
    met: explicit(
      '5.b',
      'Преступление совершено в отношении гражданина или на территории запрашивающей Стороны.',
      'Қылмыс сұрау салушы Тараптың азаматына қатысты немесе оның аумағында жасалған.',
      'The crime is against a citizen of the requesting Party or on its territory.',
    ),
    unmet: explicit(
      '5.b',
      'Укажите, что преступление совершено в отношении гражданина либо на территории запрашивающей Стороны.',
      'Қылмыстың сұрау салушы Тараптың азаматына қатысты не оның аумағында жасалғанын көрсетіңіз.',
      'Say that the crime is against a citizen of the requesting Party or on its territory.',
    ),
  },
];

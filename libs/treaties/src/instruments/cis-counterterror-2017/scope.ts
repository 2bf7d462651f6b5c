import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { codes } from './codes.js';

const { explicit, inferred } = provisionsOf('cis-counterterror-2017');

/** Articles 2, 5, 7, 12 and 19: who, on what ground, in which language. CIS organs take part. */
export const scope: readonly Operation[] = [
  {
    op: 'listed',
    on: 'all',
    who: 'both',
    met: explicit(
      '5.1',
      'Обмен ведут компетентные органы из перечней Сторон.',
      'Алмасуды Тараптар тізбелеріндегі құзыретті органдар жүргізеді.',
      'Exchange is between listed competent authorities.',
    ),
    unmet: explicit(
      '5.1',
      'Отправителя или получателя в этот день нет в перечне компетентных органов.',
      'Бұл күні жіберуші немесе алушы құзыретті органдардың тізбесінде жоқ.',
      'Sender or receiver is not on the list of competent authorities that day.',
    ),
    organ: {
      met: inferred(
        '5.1',
        'Орган СНГ, участвующий в обмене, значится в реестре; другая сторона – в перечне.',
        'Алмасуға қатысатын ТМД органы тізілімде бар; екінші тарап – тізбеде.',
        'The CIS organ that takes part is in the register; the other side is on its list.',
      ),
      unmet: inferred(
        '5.1',
        'Обмен с органом СНГ: отправителя или получателя в этот день нет ни в перечне, ни в реестре органов.',
        'ТМД органымен алмасу: бұл күні жіберуші немесе алушы тізбеде де, органдар тізілімінде де жоқ.',
        'Exchange with a CIS organ: sender or receiver is neither on a list nor among the organs of the register that day.',
      ),
    },
  },
  {
    op: 'organs',
    on: 'all',
    met: explicit(
      '1.1.i',
      'Обмен информацией ведут компетентные органы и (или) органы СНГ.',
      'Ақпарат алмасуды құзыретті органдар және (немесе) ТМД органдары жүргізеді.',
      'Exchange is between competent authorities and (or) CIS organs.',
    ),
  },
  {
    op: 'way',
    on: 'all',
    bus: [
      explicit(
        '6.1',
        'Обмен возможен с использованием информационных систем.',
        'Алмасу ақпараттық жүйелерді пайдалана отырып жүзеге асырылуы мүмкін.',
        'Exchange may use information systems.',
      ),
      explicit(
        '6.2',
        'Информация может передаваться в электронном виде.',
        'Ақпарат электрондық түрде берілуі мүмкін.',
        'Information may be given in electronic form.',
      ),
    ],
    offBus: [
      explicit(
        '6.1',
        'Обмен возможен по дипломатическим каналам с использованием фельдъегерской службы или иным согласованным способом.',
        'Алмасу фельдъегерлік қызметті пайдалана отырып дипломатиялық арналар арқылы немесе келісілген өзге тәсілмен жүзеге асырылуы мүмкін.',
        'Exchange may go through diplomatic channels by courier service, or in another agreed way.',
      ),
      explicit(
        '6.2',
        'Информация может передаваться в виде документа.',
        'Ақпарат құжат түрінде берілуі мүмкін.',
        'Information may be given as a document.',
      ),
    ],
  },
  {
    op: 'between-parties',
    on: ['request', 'standing-request', 'spontaneous'],
    unmet: inferred(
      '2',
      'Соглашение регулирует обмен между Сторонами и с органами СНГ: оба органа принадлежат одному государству.',
      'Келісім Тараптар арасындағы және ТМД органдарымен алмасуды реттейді: екі орган да бір мемлекетке тиесілі.',
      'The agreement governs exchange between Parties and with CIS organs; both authorities are of one state.',
    ),
  },
  {
    op: 'allow',
    on: ['request'],
    by: [
      explicit(
        '7.1.a',
        'Разовый запрос: есть ли сведения в информационной системе и каковы они.',
        'Біржолғы сұрау салу: ақпараттық жүйеде мәліметтердің бар-жоғы және олардың мазмұны.',
        'One-off request: does the system hold it, and what.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['standing-request'],
    by: [
      explicit(
        '7.1.b',
        'Постоянно действующий запрос: ответ по мере поступления информации.',
        'Тұрақты болатын сұрау салу: ақпараттың түсуіне қарай жауап беріледі.',
        'Standing request: answered as matching information arrives.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['spontaneous'],
    by: [
      explicit(
        '7.1.c',
        'Инициативная информация о поступлении сведений.',
        'Тиісті ақпараттың түсуі туралы бастамашыл ақпараттандыру.',
        'Given spontaneously, on arrival.',
      ),
    ],
  },
  {
    op: 'grounds',
    on: ['standing-request'],
    unmet: inferred(
      '7.1.b',
      'Укажите критерии, по которым ответ даётся по мере поступления информации.',
      'Ақпараттың түсуіне қарай жауап берілетін өлшемшарттарды көрсетіңіз.',
      'State the criteria by which information is answered as it arrives.',
    ),
  },
  {
    op: 'form',
    on: 'all',
    known: Object.keys(codes.forms),
    met: [
      {
        forms: ['2'],
        met: explicit(
          '2',
          'Обмен информацией – предмет Соглашения.',
          'Ақпарат алмасу – Келісімнің нысанасы.',
          'Exchange of information is the subject of the agreement.',
        ),
      },
      {
        forms: ['12'],
        met: explicit(
          '12',
          'Консультации, обмен правовыми актами, иное сотрудничество.',
          'Консультациялар, құқықтық актілермен алмасу, өзге ынтымақтастық.',
          'Consultations, exchange of legal acts, other cooperation.',
        ),
      },
    ],
    unmet: explicit(
      '2',
      'Форма сотрудничества не названа или Соглашение её не знает.',
      'Ынтымақтастық нысаны көрсетілмеген немесе Келісімде ол жоқ.',
      'The form of cooperation is not named or unknown to the agreement.',
    ),
  },
  {
    op: 'offence',
    on: 'all',
    known: [],
    unmet: explicit(
      '2',
      'Соглашение не знает перечня деяний: код чужой.',
      'Келісімде іс-әрекеттер тізбесі жоқ: код бөтен.',
      'The agreement lists no offences: the code is foreign.',
    ),
    wanted: null,
  },
  {
    op: 'language',
    on: 'all',
    languages: ['ru'],
    met: explicit(
      '19',
      'Рабочий язык – русский.',
      'Жұмыс тілі – орыс тілі.',
      'The working language is Russian.',
    ),
    unmet: explicit(
      '19',
      'Основной текст должен быть на русском языке; переводы можно приложить.',
      'Негізгі мәтін орыс тілінде болуға тиіс; аудармаларды қоса беруге болады.',
      'The main text must be in Russian; translations may be attached.',
    ),
  },
];

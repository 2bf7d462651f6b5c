import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { PAIRINGS } from '../../vocabulary.js';
import { codes } from './codes.js';
import { REQUESTS } from './request-types.js';

const { explicit, inferred } = provisionsOf('csto-infosphere-2014');

export const contents: readonly Operation[] = [
  {
    op: 'contents-known',
    on: 'all',
    known: Object.keys(codes.contents),
    unmet: explicit(
      '6.2',
      'Указан пункт содержания, которого нет в статье 6.',
      '6-бапта жоқ мазмұн тармағы көрсетілген.',
      'An item of contents that article 6 does not have.',
    ),
  },
  ...Object.entries(codes.contents)
    .filter(([, item]) => item.mandatory)
    .map(([code, item]): Operation => ({
      op: 'content',
      on: REQUESTS,
      code,
      unmet: explicit(
        code,
        `В обращении не хватает: ${item.text.ru}.`,
        `Өтініште жетіспейді: ${item.text.kk}.`,
        `The request lacks: ${item.text.en}.`,
      ),
    })),
];

/** Articles 6.3 to 6.5: writing, technical means, signature. */
export const writing: readonly Operation[] = [
  {
    op: 'written-form',
    on: REQUESTS,
    signature: [
      {
        by: ['head', 'deputy-head'],
        seals: [],
        between: PAIRINGS,
        met: explicit(
          '6.5',
          'Подписано руководителем органа или его заместителем.',
          'Орган басшысы немесе оның орынбасары қол қойған.',
          'Signed by the head of the body or the deputy.',
        ),
        unmet: explicit(
          '6.5',
          'Нужна подпись руководителя органа или его заместителя.',
          'Орган басшысының немесе оның орынбасарының қолы қажет.',
          'Required: the signature of the head of the body or the deputy.',
        ),
      },
    ],
    electronic: {
      needs: 'electronic-form',
      otherTreaty: null,
      met: inferred(
        '6.3',
        'По договорённости подписанный электронный документ и есть письменная форма.',
        'Уағдаластық бойынша қол қойылған электрондық құжат жазбаша нысан болып табылады.',
        'By arrangement the signed electronic document is the written form.',
      ),
      unmet: [
        explicit(
          '6.3',
          'Обращение направляется в письменной форме: договорённости об электронной форме нет.',
          'Өтініш жазбаша нысанда жіберіледі: электрондық нысан туралы уағдаластық жоқ.',
          'The request is made in writing: no arrangement makes the electronic form the written one.',
        ),
        explicit(
          '6.4',
          'Техническими средствами – только срочно, по договорённости Сторон и об оперативной информации о готовящихся преступлениях статьи 3.',
          'Техникалық құралдармен – тек шұғыл, Тараптардың уағдаластығы бойынша және 3-баптағы дайындалып жатқан қылмыстар туралы жедел ақпарат жөнінде.',
          'By technical means only urgently, by agreement of the Parties, and for operational information on crimes of article 3 in preparation.',
        ),
      ],
    },
    urgent: {
      needs: 'arrangement',
      orally: false,
      offenceNamed: true,
      forms: ['5.1', '5.2', '5.3'],
      ungrounded: inferred(
        '6.4',
        'Техническими средствами передают оперативную информацию о готовящихся преступлениях, требующую немедленного реагирования: укажите, почему обращение срочно.',
        'Техникалық құралдармен дайындалып жатқан қылмыстар туралы дереу ден қоюды талап ететін жедел ақпарат беріледі: өтініштің неге шұғыл екенін көрсетіңіз.',
        'Operational information on crimes in preparation that needs immediate reaction goes by technical means: state why the request is urgent.',
      ),
      confirmHours: 72,
      met: explicit(
        '6.4',
        'Срочное обращение передано техническими средствами по договорённости; в течение 3 суток – официальное письменное подтверждение.',
        'Шұғыл өтініш уағдаластық бойынша техникалық құралдармен берілді; 3 тәулік ішінде – ресми жазбаша растау.',
        'An urgent request by technical means under an arrangement; official written confirmation within 3 days.',
      ),
    },
  },
  { op: 'seal', on: 'all', unmet: HOUSE.seal },
];

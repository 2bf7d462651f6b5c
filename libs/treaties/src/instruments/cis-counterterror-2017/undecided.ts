import type { Instrument } from '../../instrument.js';
import { text } from '../../text.js';
import { REASONS } from '../reasons.js';

/** Of the terms of #1.1 only "exchange of information" makes a rule: it lets CIS organs take part. */
const TERMS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j'];
const databank = text(
  'Правовой режим Специализированного банка данных определяет Совет руководителей органов безопасности и специальных служб: условия доступа приходят со сведениями и соблюдаются по пункту 4.1.b.',
  'Мамандандырылған деректер банкінің құқықтық режимін Қауіпсіздік органдары мен арнаулы қызметтері басшыларының кеңесі айқындайды: қол жеткізу шарттары мәліметтермен бірге келеді және 4.1.b-тармақ бойынша сақталады.',
  'The legal regime of the Specialised Data Bank is set by the Council of Heads of Security Agencies and Special Services: its conditions come with the information and are observed by #4.1.b.',
);

export const undecided: Instrument['undecided'] = [
  ...TERMS.map((letter) => ({ article: `1.1.${letter}`, reason: REASONS.definitions })),
  { article: '1.2', reason: REASONS.definitions },
  {
    article: '3',
    reason: text(
      'Равенство, невмешательство и своя юрисдикция – начала, по которым действуют государства; шлюз ничьих полномочий не осуществляет.',
      'Теңдік, араласпау және өз юрисдикциясы – мемлекеттер ұстанатын негіздер; шлюз ешкімнің өкілеттігін жүзеге асырмайды.',
      'Equality, non-interference and own jurisdiction are principles by which states act; a gateway exercises no state’s powers.',
    ),
  },
  {
    article: '9.1',
    reason: text(
      'Создание межгосударственных информационных систем согласуется участниками отдельно.',
      'Мемлекетаралық ақпараттық жүйелерді құруды қатысушылар бөлек келіседі.',
      'Creating interstate information systems is agreed by the participants separately.',
    ),
  },
  {
    article: '9.3',
    reason: text(
      'Собственника межгосударственной системы назначают создавшие её Стороны; установленный им режим обязателен по пункту 4.1.b.',
      'Мемлекетаралық жүйенің меншік иесін оны құрған Тараптар айқындайды; ол белгілеген режим 4.1.b-тармақ бойынша міндетті.',
      'The Parties that created an interstate system name its owner; the regime that the owner sets binds by #4.1.b.',
    ),
  },
  { article: '10', reason: databank },
  {
    article: '11',
    reason: text(
      'Координацию ведёт Антитеррористический центр; в обмене он участвует как орган СНГ, по общим правилам.',
      'Үйлестіруді Терроризмге қарсы орталық жүргізеді; алмасуға ол ТМД органы ретінде, жалпы қағидалар бойынша қатысады.',
      'The Anti-Terrorism Center coordinates; in exchange it takes part as a CIS organ, by the common rules.',
    ),
  },
  { article: '13', reason: REASONS.otherTreaties },
  { article: '15', reason: REASONS.amendments },
];

import type { Instrument } from '../../instrument.js';
import { text } from '../../text.js';
import { REASONS } from '../reasons.js';

export const undecided: Instrument['undecided'] = [
  { article: '1', reason: REASONS.definitions },
  { article: '2', reason: REASONS.subject },
  { article: '3.2', reason: REASONS.measures },
  {
    article: '4.3',
    reason: text(
      'Обязанность Генерального секретаря ОДКБ: о новом органе Стороны узнают из книги реестра.',
      'ҰҚШҰ Бас хатшысының міндеті: жаңа орган туралы Тараптар тізілім кітабынан біледі.',
      'A duty of the CSTO Secretary General: the Parties learn of a new body from the book of the register.',
    ),
  },
  {
    article: '7.1',
    reason: text(
      'Быстрота и полнота исполнения: срок задаёт статья 7.2, о задержке говорит статья 7.3.',
      'Орындаудың жылдамдығы мен толықтығы: мерзімді 7.2-бап белгілейді, кешігу туралы 7.3-бап айтады.',
      'Quick and full execution: article 7.2 sets the term, article 7.3 speaks of delay.',
    ),
  },
  { article: '15', reason: REASONS.amendments },
];

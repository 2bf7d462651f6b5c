import type { Instrument } from '../../instrument.js';
import { text } from '../../text.js';
import { REASONS } from '../reasons.js';

export const undecided: Instrument['undecided'] = [
  { article: '1', reason: REASONS.definitions },
  {
    article: '2.1',
    reason: text(
      'Пять видов деятельности – словарь целей; использовать сведения по ним разрешает или запрещает статья 9.',
      'Қызметтің бес түрі – мақсаттар сөздігі; мәліметтерді солар бойынша пайдалануға 9-бап рұқсат береді немесе тыйым салады.',
      'The five activities are the vocabulary of purposes; it is article 9 that allows or forbids use for them.',
    ),
  },
  { article: '2.2', reason: REASONS.measures },
  { article: '2.3', reason: REASONS.measures },
  {
    article: '3.2',
    reason: text(
      'Вред и ущерб оценивает каждая Сторона сама: код деяния называет запрашивающий орган.',
      'Зиян мен залалды әр Тарап өзі бағалайды: іс-әрекеттің кодын сұрау салушы орган атайды.',
      'Harm and damage are for each Party to define: the requesting authority names the offence.',
    ),
  },
  {
    article: '4.3',
    reason: text(
      'Органы могут, но не обязаны определить порядок и уполномоченных лиц: кто подписывает запрос, решает статья 6.4.',
      'Органдар тәртіпті және уәкілетті адамдарды айқындай алады, бірақ міндетті емес: сұрау салуға кім қол қоятынын 6.4-бап шешеді.',
      'Authorities may, and need not, name an order and authorised persons: who signs a request is decided by article 6.4.',
    ),
  },
  { article: '7.4', reason: REASONS.nationalLaw },
  { article: '15', reason: REASONS.amendments },
];

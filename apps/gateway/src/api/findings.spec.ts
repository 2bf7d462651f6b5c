import { readdirSync, readFileSync } from 'node:fs';
import { decisionRow } from '#exchange';
import { compileRegister, decide, decisionFileSchema } from '#policy';
import { findingsOf } from './findings.js';

const FOLDER = 'test/vectors/decisions';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const UNKNOWN = { rule: 'an-agreement#1', effect: 'permit' } as const;

it.each(FILES)('the words of what was decided are found again in the law (%s)', (file) => {
  const read = decisionFileSchema.parse(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')));
  const register = compileRegister(read.register);
  const lost = read.cases.flatMap(({ id, input }) => {
    if (input.action !== 'send' || input.channel !== 'bus') return [];
    const decision = decide(register, input);
    const about = { type: input.message.type, instrument: input.instrument };
    const found = findingsOf(decisionRow(decision), about);
    return decision.findings.flatMap(({ rule, effect, text }, index) => {
      const { rule: again, effect: does, text: words } = found[index] ?? { ...UNKNOWN, text };
      const isThere = words.en.split(' / ').includes(text.en) || words.en === text.en;
      return again === rule && does === effect && isThere ? [] : [{ id, rule, effect, text, words }];
    });
  });
  expect(lost).toEqual([]);
});

it('a rule that the law does not have is named, and nothing more', () => {
  const decision = { outcome: 'permit', rules: [UNKNOWN], obligations: [] } as const;
  const { rule } = UNKNOWN;
  expect(findingsOf(decision, { type: 'request', instrument: 'cis-it-crime-2018' })).toEqual([
    { ...UNKNOWN, text: { ru: rule, kk: rule, en: rule } },
  ]);
});

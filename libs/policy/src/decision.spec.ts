import { conditionsIn, type Decision, type Obligation } from './index.js';

const condition = (words: string, rule: string): Obligation => ({
  ...{ do: 'observe-condition', condition: words, rule },
});

describe('the conditions in a decision', () => {
  it('are each told once, in order, and without other duties', () => {
    const decision: Decision = {
      ...{ outcome: 'permit', findings: [], consentFrom: [] },
      obligations: [
        condition('report back', 'x#1'),
        { do: 'execute', by: '2026-04-09T21:00:00Z', rule: 'x#2' },
        condition('no copies', 'x#1'),
        condition('report back', 'x#3'),
      ],
    };
    expect(conditionsIn(decision)).toStrictEqual(['no copies', 'report back']);
  });
});

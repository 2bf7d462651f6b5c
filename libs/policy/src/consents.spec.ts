import { purposeWithin, type Purpose } from './index.js';

const purpose = (offences: Purpose['offences'], caseId: string | null = null): Purpose => ({
  ...{ instrument: 'cis-it-crime-2018', activity: 'investigation', offences, caseId },
});
const GIVEN = [purpose(['3.1.a']), purpose(['3.1.b'], 'KZ-1'), purpose('any', 'KZ-2')];

describe('a purpose', () => {
  it.each<[Purpose['offences'], string | null]>([
    [['3.1.a'], null],
    [['3.1.a', '3.1.b'], 'KZ-1'],
    ['any', 'KZ-2'],
  ])('lies within those given: %j for the case %s', (offences, caseId) => {
    expect(purposeWithin(purpose(offences, caseId), GIVEN)).toBe(true);
  });

  it.each<[Purpose['offences'], string | null]>([
    [['3.1.a', '3.1.b'], null],
    [['3.1.a', '3.1.c'], 'KZ-1'],
    ['any', 'KZ-1'],
    [[], 'KZ-1'],
  ])('does not lie within those given: %j for the case %s', (offences, caseId) => {
    expect(purposeWithin(purpose(offences, caseId), GIVEN)).toBe(false);
  });
});

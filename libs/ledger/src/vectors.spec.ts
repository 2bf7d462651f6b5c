import { readdirSync, readFileSync } from 'node:fs';
import { mirrorOutcomes, receiptOutcome, type LedgerVector } from '../testing/vector.js';

const FOLDER = 'test/vectors/ledger';
const VECTORS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file, JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as LedgerVector] as const);

describe('a vector of the format', () => {
  it.each(VECTORS)('%s gives what it says', (file, vector) => {
    expect(file).toBe(`${vector.name}.json`);
    if (vector.of === 'receipt') expect(receiptOutcome(vector)).toEqual(vector.expect);
    else {
      const tellings = vector.deliveries.map(({ telling }) => telling);
      const expected = vector.deliveries.map((one) => one.expect);
      expect(mirrorOutcomes(vector, tellings)).toEqual(expected);
    }
  });
});

it('the vectors together meet every outcome of receipts and tellings', () => {
  const met = VECTORS.flatMap(([, vector]) => {
    if (vector.of === 'mirror')
      return vector.deliveries.map(({ expect: { is, code = '' } }) => `${is} ${code}`.trim());
    return 'code' in vector.expect ? vector.expect.code : 'verified';
  });
  expect([...new Set(met)].sort()).toEqual([
    'EVIDENCE_FORMAT',
    'EVIDENCE_SIGNATURE',
    'LEDGER_BEHIND',
    'LEDGER_ENTRY',
    'RECEIPT_TIME',
    'RECEIPT_UNKNOWN',
    'ahead LEDGER_BEHIND',
    'appended',
    'fork LEDGER_FORK',
    'refused ENVELOPE_FORMAT',
    'refused EVIDENCE_SIGNATURE',
    'too-long LEDGER_ENTRY',
    'unchanged',
    'unlike LEDGER_ENTRY',
    'verified',
  ]);
});

import { answerAsk, judgeSeen, type Asked } from './index.js';
import { digest } from '../testing/samples.js';

describe('an ask', () => {
  const log: Asked = { size: 100, seen: 40, isRestored: false, answeredAt: null };

  it('is told from where its asker ends', () => {
    for (const have of [40, 41, 100])
      expect(answerAsk({ have }, log, 1_000)).toEqual({ is: 'told', start: have });
  });

  it('is answered once a second', () => {
    const ignored = { is: 'ignored', why: 'too-soon' };
    expect(answerAsk({ have: 40 }, { ...log, answeredAt: 1_000 }, 1_000)).toEqual(ignored);
    expect(answerAsk({ have: 40 }, { ...log, answeredAt: 1_000 }, 1_001)).toEqual({ is: 'told', start: 40 });
    expect(answerAsk({ have: 40 }, log, 0)).toEqual({ is: 'told', start: 40 });
  });

  it('gets again what its asker has countersigned only after the asker’s restore', () => {
    expect(answerAsk({ have: 39 }, log, 1_000)).toEqual({ is: 'ignored', why: 'seen-already' });
    expect(answerAsk({ have: 0 }, { ...log, isRestored: true }, 1_000)).toEqual({ is: 'told', start: 0 });
  });

  it('beyond our log raises the alarm, however often', () => {
    expect(answerAsk({ have: 101 }, log, 1_000)).toEqual({ is: 'beyond' });
    expect(answerAsk({ have: 101 }, { ...log, answeredAt: 1_000 }, 1_000)).toEqual({ is: 'beyond' });
  });
});

describe('what a counterpart has seen of our log', () => {
  const rootOf = (ep: number, size: number) => digest(`${ep} ${size}`);
  const headOf = (ep: number, size: number) => ({ ep, size, root: rootOf(ep, size).toString('base64url') });
  const sizeOf = (ep: number) => ({ 1: 10, 3: 5 })[ep];
  const judge = (seen: Parameters<typeof judgeSeen>[0]) => judgeSeen(seen, sizeOf, rootOf);

  it('is nothing, or what we signed, in this epoch or an older one', () => {
    expect(judge(null)).toBe('nothing');
    for (const head of [headOf(3, 5), headOf(3, 4), headOf(3, 0), headOf(1, 10)])
      expect(judge(head)).toBe('same');
  });

  it('is beyond our log where we were restored and do not say so', () => {
    for (const head of [headOf(3, 6), headOf(1, 11), headOf(2, 0), headOf(4, 1)])
      expect(judge(head)).toBe('beyond');
  });

  it('is unlike our log where somebody else signs for us', () => {
    expect(judge({ ...headOf(3, 5), root: headOf(3, 4).root })).toBe('unlike');
  });

  it('is not looked up where we have none', () => {
    const never = () => {
      throw new Error('looked up');
    };
    expect(judgeSeen(headOf(3, 6), sizeOf, never)).toBe('beyond');
  });
});

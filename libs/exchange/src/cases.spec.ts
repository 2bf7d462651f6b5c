import { byEffect, type PlaceInCase } from './cases.js';

const place = (opens: boolean, at: number, n: number): PlaceInCase => ({ opens, at, n });

describe('the order in which messages of a case are replayed', () => {
  it('begins with the opening message, also where another was stored before it', () => {
    const opening = place(true, 50, 1);
    const waited = place(false, 20, 2);
    expect([waited, opening].sort(byEffect)).toEqual([opening, waited]);
    expect([opening, waited].sort(byEffect)).toEqual([opening, waited]);
  });

  it('is that of their times, and of their numbers within one instant', () => {
    const [first, second, third] = [place(false, 10, 7), place(false, 20, 3), place(false, 20, 4)];
    expect([third, second, first].sort(byEffect)).toEqual([first, second, third]);
  });
});

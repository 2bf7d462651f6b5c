import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.js';
import { naiveLeaf, NaiveTree } from '../testing/naive.js';
import { digest } from '../testing/samples.js';
import {
  append,
  edgeAt,
  edgeBytes,
  edgeFrom,
  EMPTY_EDGE,
  EMPTY_ROOT,
  leafHash,
  nodeHash,
  rootOf,
  rootTiles,
  type StoredLeaf,
} from './index.js';

/** The reference tree of Certificate Transparency: its eight entries, and the roots of the first 0 to 8 of them. */
const REFERENCE = {
  entries: [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ],
  leaves: [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7',
    '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658',
    'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
    '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1',
  ],
  roots: [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
};
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const hashes = (count: number): Buffer[] => Array.from({ length: count }, (_, n) => digest(`leaf ${n}`));
const rows = (leaves: readonly Buffer[]): StoredLeaf[] =>
  leaves.map((hash) => ({ hash, salt: null, text: null }));

describe('the tree', () => {
  it('has the leaves and roots of the reference tree of Certificate Transparency', () => {
    expect(REFERENCE.entries.map((entry) => leafHash(hex(entry)).toString('hex'))).toEqual(REFERENCE.leaves);
    expect(EMPTY_ROOT.toString('hex')).toBe(REFERENCE.roots[0]);
    const roots = REFERENCE.roots.map((_, size) =>
      rootOf(append(EMPTY_EDGE, REFERENCE.leaves.slice(0, size).map(hex)).edge).toString('hex'),
    );
    expect(roots).toEqual(REFERENCE.roots);
    const [first = '', second = ''] = REFERENCE.leaves;
    expect(nodeHash(hex(first), hex(second)).toString('hex')).toBe(REFERENCE.roots[2]);
  });

  it('has at every size up to 300 the root that the recursive definition has', () => {
    const leaves = hashes(300);
    const naive = new NaiveTree(leaves);
    let edge = EMPTY_EDGE;
    for (let size = 0; size <= leaves.length; size++) {
      expect(rootOf(edge)).toEqual(naive.mth(0, size));
      edge = append(edge, leaves.slice(size, size + 1)).edge;
    }
  });

  it('is the same in whatever portions leaves are appended, to the last node', () => {
    const leaves = hashes(600);
    const whole = append(EMPTY_EDGE, leaves);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }), (portions) => {
        let [edge, at] = [EMPTY_EDGE, 0];
        const nodes = [];
        for (const portion of [...portions, leaves.length]) {
          const appended = append(edge, leaves.slice(at, at + portion));
          edge = appended.edge;
          nodes.push(...appended.nodes);
          at += portion;
        }
        expect({ edge, nodes }).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('gives a node for each complete subtree of 256 and of 65,536 leaves, when it completes it', () => {
    const leaves = hashes(70_000);
    const naive = new NaiveTree(leaves);
    const { edge, nodes } = append(EMPTY_EDGE, leaves);
    const expected = Array.from({ length: 273 }, (_, idx) => ({
      level: 1,
      idx,
      hash: naive.mth(idx * 256, (idx + 1) * 256),
    }));
    expect(nodes.filter(({ level }) => level === 1)).toEqual(expected);
    expect(nodes.filter(({ level }) => level !== 1)).toEqual([
      { level: 2, idx: 0, hash: naive.mth(0, 65_536) },
    ]);
    expect(nodes.findIndex(({ level }) => level === 2)).toBe(256);
    expect(rootOf(edge)).toEqual(naive.mth(0, 70_000));
    expect(append(EMPTY_EDGE, leaves.slice(0, 255)).nodes).toEqual([]);
  });

  it('does not change the edge that it is given', () => {
    const { edge } = append(EMPTY_EDGE, hashes(3));
    const before = { size: edge.size, hashes: [...edge.hashes] };
    append(edge, hashes(5));
    expect(edge).toEqual(before);
  });

  it('refuses an edge whose hashes are fewer than its size says', () => {
    expect(() => append({ size: 3, hashes: [digest('one')] }, hashes(1))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});

describe('an edge', () => {
  it('is kept as one column beside the size', () => {
    for (const size of [0, 1, 2, 3, 255, 256, 300]) {
      const { edge } = append(EMPTY_EDGE, hashes(size));
      expect(edgeFrom(size, edgeBytes(edge))).toEqual(edge);
    }
    const high = 2 ** 40 + 1;
    expect(edgeFrom(high, Buffer.alloc(64))).toMatchObject({ size: high, hashes: { length: 2 } });
  });

  it.each([
    [0, 32],
    [3, 32],
    [3, 96],
    [3, 63],
    [4, 0],
  ])('of %i entries does not have %i bytes', (size, bytes) => {
    expect(() => edgeFrom(size, Buffer.alloc(bytes))).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('of an older size is read from rows', () => {
    const log = new MemoryLog();
    const leaves = hashes(70_000);
    log.append(rows(leaves));
    let edge = EMPTY_EDGE;
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999, 70_000]) {
      edge = append(edge, leaves.slice(edge.size, size)).edge;
      expect(edgeAt(size, log.read)).toEqual(edge);
    }
    expect(log.rootAt(0)).toEqual(EMPTY_ROOT);
    expect(rootTiles(0)).toEqual([]);
    expect(rootTiles(70_000)).toEqual([
      { level: 2, from: 0, to: 1 },
      { level: 1, from: 256, to: 273 },
      { level: 0, from: 69_888, to: 70_000 },
    ]);
  });

  it('is not made of rows that are not there', () => {
    const log = new MemoryLog();
    log.append(rows(hashes(300)));
    expect(() => edgeAt(301, log.read)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    const surplus = () => hashes(300);
    expect(() => edgeAt(299, surplus)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});

it('an entry is no node, and a node no entry', () => {
  expect(leafHash(Buffer.from('entry'))).toEqual(naiveLeaf(Buffer.from('entry')));
  const [left, right] = [digest('left'), digest('right')];
  expect(leafHash(Buffer.concat([left, right]))).not.toEqual(nodeHash(left, right));
});

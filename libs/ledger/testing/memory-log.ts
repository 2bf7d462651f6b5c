import {
  append,
  edgeBytes,
  EMPTY_EDGE,
  rootAt,
  type Edge,
  type ReadTile,
  type StoredLeaf,
  type TreeNode,
} from '../src/index.js';

/** A log's rows in memory, as a shell keeps them in tables: leaves, nodes, and the edge beside the size. */
export class MemoryLog {
  edge: Edge = EMPTY_EDGE;
  readonly leaves: StoredLeaf[] = [];
  private readonly nodes = new Map<string, Buffer>();

  get size(): number {
    return this.edge.size;
  }

  append(leaves: readonly StoredLeaf[]): void {
    const { edge, nodes } = append(
      this.edge,
      leaves.map(({ hash }) => hash),
    );
    this.write(edge, leaves, nodes);
  }

  /** What a mirror is told to write. */
  write(edge: Edge, leaves: readonly StoredLeaf[], nodes: readonly TreeNode[]): void {
    this.edge = edge;
    this.leaves.push(...leaves);
    for (const { level, idx, hash } of nodes) this.nodes.set(`${level} ${idx}`, hash);
  }

  /** Rows that are not there are left out, as a query would. */
  readonly read: ReadTile = ({ level, from, to }) =>
    Array.from({ length: to - from }, (_, at) =>
      level === 0 ? this.leaves[from + at]?.hash : this.nodes.get(`${level} ${from + at}`),
    ).filter((hash) => hash !== undefined);

  /** All rows as text, to compare two logs by. */
  rows(): string {
    const leaves = this.leaves.map(({ hash, salt, text }) => [
      hash.toString('hex'),
      salt?.toString('hex'),
      text,
    ]);
    const nodes = [...this.nodes].map(([key, hash]) => [key, hash.toString('hex')]);
    return JSON.stringify({ edge: [this.size, edgeBytes(this.edge).toString('hex')], leaves, nodes });
  }

  readonly rootAt = (size: number): Buffer => rootAt(size, this.read);
}

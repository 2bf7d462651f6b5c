/** What the bus brought: the delivery's exchange names the node that wrote it; nothing else in it is trusted. */
export interface BusArrival {
  readonly kind: string;
  readonly exchange: string;
  readonly queue: string;
  readonly from: string;
  readonly body: Buffer;
  /** How often it was held before; absent where it has just come. */
  readonly attempts?: number;
  /** Key of its row then. */
  readonly held?: string;
}

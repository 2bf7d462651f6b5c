import type { Bounds } from '#exchange';
import type { Configuration } from '../configuration.js';

/** What others can make this node keep, as the core counts it. */
export function boundsOf({ bounds, attachments, resendAfterSeconds }: Configuration): Bounds {
  return {
    waitingMax: bounds.waitingMax,
    waitingBytesMax: bounds.waitingBytesMax,
    nodeRowsMax: bounds.nodeRowsMax,
    nodeBytesMax: bounds.nodeBytesMax,
    attachmentBytesMax: attachments.bytesMax,
    peerFilesMax: attachments.peerFilesMax,
    peerBytesMax: attachments.peerBytesMax,
    resendAfterMs: resendAfterSeconds * 1000,
  };
}

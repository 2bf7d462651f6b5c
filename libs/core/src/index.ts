export { ERROR_CODES, ValiseError, messageOf, type ErrorCode, type ErrorDetails } from './errors.js';
export { canonicalBytes, canonicalJson, isCanonicalJson, type Json } from './canonical.js';
export { scanJson, type JsonText } from './json-text.js';
export { unsoundName, type UnsoundName } from './json-names.js';
export { fromBase64url, toBase64url } from './base64url.js';
export { BOOK_VERSION_MAX, isUuidv7, uuidv7 } from './ids.js';
export { compare } from './order.js';
export { instantOf, isInstant, unixSeconds, type Instant } from './instants.js';

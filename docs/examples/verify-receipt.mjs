/**
 * Verifies a receipt without Valise: an entry of the log that the other side keeps, whose head (a JWS, RFC 7515) the seal of that
 * authority signed; its certificate stands in its state's list, and the path leads from the entry to the head (RFC 9162, section 2.1.3.2).
 *   node verify-receipt.mjs RECEIPT LIST
 */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { generalVerify } from 'jose';

const bytes = (text) => Buffer.from(text, 'base64url');
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const [receipt, list] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));

const { certificates } = JSON.parse(bytes(list.payload));
const { from } = JSON.parse(bytes(receipt.checkpoint.payload));
const seal = certificates.find(({ authority, role }) => authority === from && role === 'seal');
const certificate = new X509Certificate(Buffer.from(seal.certificate, 'base64'));
const { payload } = await generalVerify(receipt.checkpoint, certificate.publicKey);
const { size, root, at } = JSON.parse(new TextDecoder().decode(payload));

let hash = sha256(Buffer.of(0), bytes(receipt.salt), Buffer.from(canonicalize(receipt.entry)));
let [index, last] = [receipt.index, size - 1];
const half = () => ([index, last] = [Math.floor(index / 2), Math.floor(last / 2)]);
for (const neighbour of receipt.path.map(bytes)) {
  if (last === 0) throw new Error('the path is too long');
  if (index % 2 === 1 || index === last) {
    hash = sha256(Buffer.of(1), neighbour, hash);
    while (index % 2 === 0 && index > 0) half();
  } else hash = sha256(Buffer.of(1), hash, neighbour);
  half();
}
if (last !== 0 || !hash.equals(bytes(root))) throw new Error('the log does not have the entry');
console.log(`in the log whose head the seal of ${from} signed at ${at}:`);
console.log(canonicalize(receipt.entry));

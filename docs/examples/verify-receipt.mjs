/**
 * Verifies a receipt without Valise: a JWS (RFC 7515), signed by the seal of the authority that gave it, whose certificate stands
 * in its state's list.
 *   node verify-receipt.mjs RECEIPT LIST
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { generalVerify } from 'jose';

const [receipt, list] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const { certificates } = JSON.parse(Buffer.from(list.payload, 'base64url'));
const { by } = JSON.parse(Buffer.from(receipt.payload, 'base64url'));
const seal = certificates.find(({ authority, role }) => authority === by && role === 'seal');
const certificate = new X509Certificate(Buffer.from(seal.certificate, 'base64'));
const { payload } = await generalVerify(receipt, certificate.publicKey);
console.log(`signed by the seal of ${by}:`);
console.log(new TextDecoder().decode(payload));

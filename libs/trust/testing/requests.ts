import { sign, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { der } from './der.js';

/** Certificate requests (RFC 2986) part by part, as other tools or careless ones make them. */

export interface RequestWish {
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** In hexadecimal; INTEGER 0, which is version 1, where absent. */
  readonly version?: string;
  /** Bytes that stand where the public key should. */
  readonly spki?: Buffer;
  /** Each one extension in DER; all in one attribute. */
  readonly extensions?: readonly Buffer[];
  /** More attributes with extensions. */
  readonly more?: readonly (readonly Buffer[])[];
  /** AlgorithmIdentifier in hexadecimal, with the hash and the key's options that sign. */
  readonly algorithm?: string;
  readonly hash?: string;
  readonly options?: Omit<SignKeyObjectInput, 'key'>;
  readonly signWith?: KeyObject;
}

export const ECDSA_SHA256 = '300a06082a8648ce3d040302';
export const RSA_SHA256 = '300d06092a864886f70d01010b0500';

const NAME = Buffer.from('300c310a300806035504030c0141', 'hex');

export function requestDer(wish: RequestWish): Buffer {
  const { pair, version = '020100', extensions = [], more = [], hash = 'sha256', options } = wish;
  const spki = wish.spki ?? pair.publicKey.export({ type: 'spki', format: 'der' });
  const asked = (extensions.length > 0 ? [extensions, ...more] : more).map((all) =>
    der(0x30, Buffer.from('06092a864886f70d01090e', 'hex'), der(0x31, der(0x30, ...all))),
  );
  const signed = der(0x30, Buffer.from(version, 'hex'), NAME, spki, der(0xa0, ...asked));
  const isRsa = pair.privateKey.asymmetricKeyType === 'rsa';
  const algorithm = Buffer.from(wish.algorithm ?? (isRsa ? RSA_SHA256 : ECDSA_SHA256), 'hex');
  const signature = sign(hash, signed, { key: wish.signWith ?? pair.privateKey, ...options });
  return der(0x30, signed, algorithm, der(0x03, Buffer.from([0]), signature));
}

/** RSASSA-PSS (RFC 4055 section 3.1) with SHA-256, MGF1 over it and a salt of so many bytes. */
export function pssAlgorithm(saltBytes: number): string {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const sha256 = hex('300d06096086480165030402010500');
  const mgf = der(0x30, hex('06092a864886f70d010108'), sha256);
  const salt = der(0xa2, der(0x02, Buffer.from([saltBytes])));
  const parameters = der(0x30, der(0xa0, sha256), der(0xa1, mgf), salt);
  return der(0x30, hex('06092a864886f70d01010a'), parameters).toString('hex');
}

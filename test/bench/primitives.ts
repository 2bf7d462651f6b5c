import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  generateKeyPairSync,
  hash,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

export interface Sizes {
  /** What is signed: protected header, dot, payload. */
  readonly inputBytes: number;
  /** What is encrypted: the signed message as JSON. */
  readonly plaintextBytes: number;
  readonly signatures: number;
}
export interface Primitives {
  readonly seal: () => unknown;
  readonly open: () => void;
}

/** What a suite does to a content encryption key. */
interface Transport {
  readonly sign: (input: Buffer) => Buffer;
  readonly verify: (input: Buffer, signature: Buffer) => boolean;
  readonly wrap: (cek: Buffer) => Buffer[];
  readonly unwrap: (parts: Buffer[]) => Buffer;
}

/**
 * The bare primitives behind one message, over as many bytes: its signatures, the transport of one key, AES-GCM and the
 * hashes of identity and key commitment. No JSON, no base64, no checks.
 */
export function primitives(
  suite: 'P-256' | 'RSA',
  { inputBytes, plaintextBytes, signatures }: Sizes,
): Primitives {
  const transport = suite === 'P-256' ? p256() : rsa();
  const input = randomBytes(inputBytes);
  const plaintext = randomBytes(plaintextBytes);
  const aad = randomBytes(128);
  const seal = () => {
    const cek = randomBytes(32);
    const iv = randomBytes(12);
    const identity = hash('sha256', input);
    const signed = Array.from({ length: signatures }, () => transport.sign(input));
    const wrapped = transport.wrap(cek);
    const commitment = hash('sha256', cek);
    const cipher = createCipheriv('aes-256-gcm', cek, iv, { authTagLength: 16 });
    cipher.setAAD(aad);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return { iv, identity, signed, wrapped, commitment, ciphertext, tag: cipher.getAuthTag() };
  };
  const sealed = seal();
  const open = (): void => {
    const cek = transport.unwrap(sealed.wrapped);
    const cipher = createDecipheriv('aes-256-gcm', cek, sealed.iv, { authTagLength: 16 });
    cipher.setAAD(aad);
    cipher.setAuthTag(sealed.tag);
    cipher.update(sealed.ciphertext);
    cipher.final();
    const fits =
      hash('sha256', cek) === sealed.commitment &&
      hash('sha256', input) === sealed.identity &&
      sealed.signed.every((signature) => transport.verify(input, signature));
    if (!fits) throw new Error('the primitives do not fit each other');
  };
  return { seal, open };
}

/** ES256, and ECDH-ES with AES key wrap. */
function p256(): Transport {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const own = createECDH('prime256v1');
  const ownPoint = own.generateKeys();
  const wrapIv = Buffer.alloc(8, 0xa6);
  const otherInfo = randomBytes(128);
  const derive = (secret: Buffer): Buffer => hash('sha256', Buffer.concat([secret, otherInfo]), 'buffer');
  const dsaEncoding = 'ieee-p1363';
  return {
    sign: (input) => sign('sha256', input, { key: privateKey, dsaEncoding }),
    verify: (input, signature) => verify('sha256', input, { key: publicKey, dsaEncoding }, signature),
    wrap: (cek) => {
      const ephemeral = createECDH('prime256v1');
      const point = ephemeral.generateKeys();
      const wrap = createCipheriv('id-aes256-wrap', derive(ephemeral.computeSecret(ownPoint)), wrapIv);
      return [point, Buffer.concat([wrap.update(cek), wrap.final()])];
    },
    unwrap: ([point, wrapped]) => {
      if (!point || !wrapped) throw new Error('nothing is wrapped');
      const unwrap = createDecipheriv('id-aes256-wrap', derive(own.computeSecret(point)), wrapIv);
      return Buffer.concat([unwrap.update(wrapped), unwrap.final()]);
    },
  };
}

/** PS256 and RSA-OAEP-256 with 3072 bits. */
function rsa(): Transport {
  const pair = (): { privateKey: KeyObject; publicKey: KeyObject } =>
    generateKeyPairSync('rsa', { modulusLength: 3072 });
  const [signing, own] = [pair(), pair()];
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return {
    sign: (input) => sign('sha256', input, { key: signing.privateKey, ...pss }),
    verify: (input, signature) => verify('sha256', input, { key: signing.publicKey, ...pss }, signature),
    wrap: (cek) => [publicEncrypt({ key: own.publicKey, ...oaep }, cek)],
    unwrap: ([wrapped]) => {
      if (!wrapped) throw new Error('nothing is wrapped');
      return privateDecrypt({ key: own.privateKey, ...oaep }, wrapped);
    },
  };
}

import { createRequire } from 'node:module';
import { messageOf, ValiseError } from '#core';

/** What is used of pkcs11js, which is an optional dependency and so may be absent, with its types. */
export interface Module {
  load(library: string): void;
  C_Initialize(): void;
  C_GetSlotList(tokenPresent: boolean): Buffer[];
  C_GetTokenInfo(slot: Buffer): { label: string };
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, userType: number, pin: string): void;
  C_FindObjectsInit(session: Buffer, template: { type: number; value: number | string }[]): void;
  C_FindObjects(session: Buffer, count: number): Buffer[];
  C_FindObjectsFinal(session: Buffer): void;
  C_SignInit(session: Buffer, mechanism: { mechanism: number; parameter?: unknown }, key: Buffer): void;
  C_Sign(session: Buffer, data: Buffer, signature: Buffer): Buffer;
}

/** A library is initialised once a process. */
const modules = new Map<string, Module>();

/**
 * The vendor's PKCS#11 library, loaded and initialised.
 *
 * @param make gives the interface to load it with; pkcs11js in all but tests
 * @throws ValiseError CONFIGURATION where pkcs11js or the library is absent
 */
export function moduleOf(library: string, make: () => Module = newModule): Module {
  const known = modules.get(library);
  if (known !== undefined) return known;
  let module: Module;
  try {
    module = make();
  } catch (cause) {
    throw new ValiseError(
      'CONFIGURATION',
      'hardware modules cannot be used: the package pkcs11js is not installed',
      { remedy: 'install a C++ compiler, make and Python, then run npm ci again' },
      { cause },
    );
  }
  try {
    module.load(library);
    ignoring(/CKR_CRYPTOKI_ALREADY_INITIALIZED/, () => {
      module.C_Initialize();
    });
  } catch (cause) {
    throw new ValiseError(
      'CONFIGURATION',
      `the PKCS#11 library ${library} cannot be loaded: ${messageOf(cause)}`,
      { path: library, remedy: 'name the library that the module’s vendor installed' },
      { cause },
    );
  }
  modules.set(library, module);
  return module;
}

function newModule(): Module {
  const { PKCS11 } = createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => Module };
  return new PKCS11();
}

/** Takes a step that may have been taken already, or come too late. */
export function ignoring(expected: RegExp, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!expected.test(messageOf(error))) throw error;
  }
}

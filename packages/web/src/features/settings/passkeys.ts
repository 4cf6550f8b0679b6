/** One's own passkeys: listed, made by the browser, named, removed. */
import { post } from '../../api/http.ts';

export type Passkey = {
  id: string;
  name: string;
  synced: boolean;
  created_at: string;
  last_used_at: string | null;
};
export type Passkeys = { offered: boolean; passkeys: Passkey[] };

export const PASSKEYS = '/api/mitoyen/v1/passkeys';

export function canMakePasskeys(): boolean {
  return typeof globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON === 'function';
}

/** False where somebody closed the browser's dialog. */
export async function makePasskey(password: string, name: string): Promise<boolean> {
  const options = await post<PublicKeyCredentialCreationOptionsJSON>(`${PASSKEYS}/options`, {
    password,
  });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey }).catch((error: Error) => {
    if (error.name === 'NotAllowedError') return null;
    throw error;
  });
  if (!(made instanceof PublicKeyCredential)) return false;
  await post(PASSKEYS, { name, credential: made.toJSON() });
  return true;
}

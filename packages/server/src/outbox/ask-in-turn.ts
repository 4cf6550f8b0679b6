/**
 * A signed request that is refused may be so for our key or for our scheme: the key is read
 * anew first (another process may have replaced it), then the other scheme is tried. What a
 * 5xx means is the caller's business; it says nothing about signatures.
 */
import type { Apis } from '../apis.ts';
import type { SigningKeys } from '../features/accounts/accounts.ts';
import { otherScheme, refusesSignature, type Scheme, type SchemeMemory } from './scheme-memory.ts';

export type Signer = { scheme: Scheme; key: SigningKeys['rsa'] };

export type AskInTurn = <Answer extends { status: number }>(
  to: { host: string; actor: string },
  ask: (signer: Signer) => Promise<Answer>,
) => Promise<Answer>;

export function createAskInTurn(deps: { apis: Apis; schemes: SchemeMemory }): AskInTurn {
  const { apis, schemes } = deps;

  return async function askInTurn({ host, actor }, ask) {
    const scheme = await schemes.of(host);
    const { rsa: known } = await apis.accounts.signingKeys(actor);
    const first = await ask({ scheme, key: known });
    if (!refusesSignature(first.status)) return first;

    const { rsa: key } = await apis.accounts.signingKeys(actor, { fresh: true });
    if (key.id !== known.id) {
      const again = await ask({ scheme, key });
      if (!refusesSignature(again.status)) return again;
    }
    const other = otherScheme(scheme);
    const second = await ask({ scheme: other, key });
    if (second.status >= 300) return first;
    await schemes.remember(host, other);
    return second;
  };
}

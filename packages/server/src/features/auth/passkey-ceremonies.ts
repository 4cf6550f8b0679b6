/** Adding a passkey and signing in with one (WebAuthn), each begun with a challenge of ours that works once. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { CHALLENGE_MS, MOST_PASSKEYS, type Passkey, type RelyingParty } from './passkey.ts';
import type { PasskeyStore } from './passkey-store.ts';
import { hashSecret } from './secret.ts';

/** EdDSA, ES256, RS256 (COSE): what devices have. */
const ALGORITHMS = [-8, -7, -257];

/** With all of X.509 in it, a hundred and sixty modules: loaded at its first use. */
const webAuthn = () => import('@simplewebauthn/server');

export type Ceremonies = ReturnType<typeof createCeremonies>;

export function createCeremonies(deps: { kit: Kit; store: PasskeyStore; party: RelyingParty }) {
  const { kit, store, party } = deps;
  const expected = { expectedOrigin: party.origin, expectedRPID: party.id };

  async function beginAdding(account: Account) {
    const own = await store.of(account._id);
    if (own.length >= MOST_PASSKEYS)
      throw new AppError('conflict', `An account has ${MOST_PASSKEYS} passkeys at most`);
    const { generateRegistrationOptions } = await webAuthn();
    const options = await generateRegistrationOptions({
      rpName: party.name,
      rpID: party.id,
      userID: new TextEncoder().encode(account._id),
      userName: account.username,
      userDisplayName: account.displayName,
      timeout: CHALLENGE_MS,
      supportedAlgorithmIDs: ALGORITHMS,
      attestationType: 'none',
      excludeCredentials: own.map((key) => ({ id: key._id, transports: key.transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await store.addChallenge(hashSecret(options.challenge), account._id);
    return options;
  }

  /** @throws AppError invalid where it is not a key made for this challenge, here, by this person */
  async function add(account: Account, response: unknown, name: string): Promise<Passkey> {
    const { verifyRegistrationResponse } = await webAuthn();
    const checked = await verifyRegistrationResponse({
      ...expected,
      response: response as RegistrationResponseJSON,
      expectedChallenge: (challenge) => store.takeChallenge(hashSecret(challenge), account._id),
      supportedAlgorithmIDs: ALGORITHMS,
      requireUserVerification: true,
    }).catch((error: Error) => refuse(error));
    if (!checked.verified) return refuse(new Error('not verified'));
    const { credential, credentialBackedUp } = checked.registrationInfo;
    const key: Passkey = {
      _id: credential.id,
      account: account._id,
      publicId: kit.nextId(),
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: (credential.transports ?? []).slice(0, 8),
      name,
      backedUp: credentialBackedUp,
      createdAt: kit.clock.now(),
    };
    if (!(await store.add(key))) throw new AppError('conflict', 'This passkey is known already');
    return key;
  }

  async function beginSignIn() {
    const { generateAuthenticationOptions } = await webAuthn();
    const options = await generateAuthenticationOptions({
      rpID: party.id,
      timeout: CHALLENGE_MS,
      userVerification: 'required',
    });
    await store.addChallenge(hashSecret(options.challenge), null);
    return options;
  }

  /** Whose key signed; null, with the reason logged, where nobody's did. */
  async function signIn(response: AuthenticationResponseJSON): Promise<string | null> {
    const key = await store.get(response.id);
    try {
      if (!key) throw new Error('the passkey is unknown');
      if (!isHandleOf(key.account, response.response.userHandle))
        throw new Error('the passkey belongs to another account');
      const { verifyAuthenticationResponse } = await webAuthn();
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        ...expected,
        response,
        expectedChallenge: (challenge) => store.takeChallenge(hashSecret(challenge), null),
        credential: {
          id: key._id,
          publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')),
          counter: key.counter,
        },
        requireUserVerification: true,
      });
      if (!verified) throw new Error('the signature is wrong');
      const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo;
      if (!(await store.used(key, { counter, backedUp, usedAt: kit.clock.now() })))
        throw new Error('the passkey was used at the same moment');
      return key.account;
    } catch (error) {
      kit.log.warn({ reason: (error as Error).message, account: key?.account }, 'passkey refused');
      return null;
    }
  }

  function refuse(error: Error): never {
    kit.log.warn({ reason: error.message }, 'passkey not added');
    throw invalid({
      field: 'credential',
      code: 'ERR_INVALID',
      message: 'is not a passkey that was made just now for this server; try again',
    });
  }

  return { beginAdding, add, beginSignIn, signIn };
}

function isHandleOf(account: string, handle: string | undefined): boolean {
  return handle !== undefined && Buffer.from(handle, 'base64url').toString('utf8') === account;
}

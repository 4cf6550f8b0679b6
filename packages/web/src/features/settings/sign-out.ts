import { forgetDevice } from '../../stores/database.ts';
import { forgetSession } from '../../stores/kept-session.ts';

/** Ends the session and leaves nothing of it on this device. */
export async function signOut(): Promise<void> {
  await Promise.allSettled([forgetDevice(), forgetSession()]);
  await fetch('/auth/sign_out', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  });
  location.assign('/auth/sign_in');
}

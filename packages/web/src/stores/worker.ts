/** The service worker: the client opens without a network. */
import { go } from '../router/router.svelte.ts';

type Policy = { createScriptURL: (url: string) => string };
type Factory = { createPolicy: (name: string, rules: Policy) => Policy };

/** A push that was chosen is opened here, where the client is open already. */
export function listenForPushes(): void {
  navigator.serviceWorker?.addEventListener('message', ({ data }) => {
    if (data?.open?.startsWith?.('/notifications')) void go(data.open);
  });
}

export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  const policy = trustedTypes?.createPolicy('mitoyen-worker', {
    createScriptURL: (url) => (url === '/sw.js' ? url : ''),
  });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL('/sw.js') : '/sw.js');
}

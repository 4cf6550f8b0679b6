/** The service worker: the client opens without a network. */
type Policy = { createScriptURL: (url: string) => string };
type Factory = { createPolicy: (name: string, rules: Policy) => Policy };

export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  const policy = trustedTypes?.createPolicy('mitoyen-worker', {
    createScriptURL: (url) => (url === '/sw.js' ? url : ''),
  });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL('/sw.js') : '/sw.js');
}

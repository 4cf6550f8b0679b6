// On the sign-in page: passkeys in the name's list of suggestions, and by a button.
(() => {
  const box = document.getElementById('passkey');
  const button = box?.querySelector('button');
  const problem = box?.querySelector('.problem');
  const Key = globalThis.PublicKeyCredential;
  if (!button || !Key?.parseRequestOptionsFromJSON) return;
  /** A challenge is good for five minutes. */
  const RENEW_MS = 4 * 60_000;
  let asking = null;

  async function send(path, body) {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  }

  /** `conditional`: the browser offers keys beside names, and asks nobody. */
  async function ask(mediation) {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    problem.hidden = true;
    try {
      const options = await send('/auth/passkey/options', {});
      const publicKey = Key.parseRequestOptionsFromJSON(options);
      const credential = await navigator.credentials.get({ publicKey, mediation, signal });
      const { location: to } = await send('/auth/passkey', {
        credential: credential.toJSON(),
        return_to: box.dataset.return,
      });
      location.assign(to);
    } catch (error) {
      // Somebody closed the browser's own dialog, or something newer is asked.
      if (['NotAllowedError', 'AbortError'].includes(error.name)) return;
      problem.textContent = error.message;
      problem.hidden = false;
    }
  }

  async function offerBesideNames() {
    if (!(await Key.isConditionalMediationAvailable?.())) return;
    const again = () => {
      if (document.visibilityState === 'visible') void ask('conditional');
    };
    const timer = setInterval(again, RENEW_MS);
    button.addEventListener('click', () => clearInterval(timer));
    again();
  }

  box.hidden = false;
  button.addEventListener('click', () => void ask('optional'));
  void offerBesideNames();
})();

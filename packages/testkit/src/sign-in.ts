/** Signs in as a browser would: the sign-in page, the consent page, the code. */

/** Follows an authorization address with a person's name and password; gives the out-of-band code. */
export async function authorizeByPages(
  address: string,
  person: { username: string; password: string },
): Promise<string> {
  const url = new URL(address);
  const signIn = await fetch(`${url.origin}/auth/sign_in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url.origin },
    body: new URLSearchParams({ ...person, return_to: `${url.pathname}${url.search}` }),
  });
  const cookie = signIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  if (signIn.status !== 303 || cookie === '')
    throw new Error(`sign-in failed: ${signIn.status} ${await signIn.text()}`);

  const consent = await fetch(address, { headers: { cookie } });
  const form = fieldsOf(await consent.text(), '/oauth/authorize');
  const answer = await fetch(`${url.origin}/oauth/authorize`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: url.origin },
    body: new URLSearchParams({ ...form, decision: 'allow' }),
  });
  const page = await answer.text();
  const code = /<code[^>]*>([^<]+)<\/code>/.exec(page)?.[1];
  if (!code) throw new Error(`no code: ${answer.status} ${page.slice(0, 300)}`);
  return code;
}

/** The hidden fields of the form with this action. */
function fieldsOf(page: string, action: string): Record<string, string> {
  const form = page.split('<form').find((part) => part.includes(`action="${action}"`)) ?? '';
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return Object.fromEntries(
    fields.map(([, name = '', value = '']) => [
      name,
      value
        .replace(/&amp;/g, '&')
        .replace(/&quot;/g, '"')
        .replace(/&#39;/g, "'"),
    ]),
  );
}

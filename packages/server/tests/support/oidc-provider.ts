/** A real OpenID provider on loopback, with people who sign in by name; and a browser that goes through its pages. */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './free-port.ts';

export type Claims = { name: string; preferred_username: string; email?: string };
export type Idp = {
  issuer: string;
  people: Map<string, Claims>;
  /** Signs in there as this person and gives the address that it leads back to. */
  pass: (address: string, person: string) => Promise<string>;
  close: () => void;
};

export async function startIdp(client: {
  id: string;
  secret: string;
  callback: string;
}): Promise<Idp> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const people = new Map<string, Claims>();
  const provider = new Provider(issuer, {
    clients: [
      { client_id: client.id, client_secret: client.secret, redirect_uris: [client.callback] },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for a test'] },
    pkce: { required: () => true },
    findAccount: (_, id) => {
      const claims = people.get(id);
      return (
        claims && { accountId: id, claims: () => ({ sub: id, email_verified: true, ...claims }) }
      );
    },
  });
  const server = createServer(provider.callback());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  async function pass(address: string, person: string): Promise<string> {
    const jar = new Map<string, string>();
    const ask = async (url: string, form?: Record<string, string>): Promise<Response> => {
      const answer = await fetch(new URL(url, issuer), {
        redirect: 'manual',
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      });
      for (const one of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
        if (value) jar.set(name, value);
        else jar.delete(name);
      }
      return answer;
    };
    let next = address;
    for (let steps = 0; steps < 12; steps += 1) {
      const answer = await ask(next);
      const to = answer.headers.get('location');
      if (to?.startsWith(client.callback)) return to;
      if (to) {
        next = to;
        continue;
      }
      const page = await answer.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (!prompt) throw new Error(`the provider says: ${page.slice(0, 400)}`);
      const form = await ask(next, { prompt, login: person, password: 'anything' });
      next = form.headers.get('location') ?? '';
      if (next.startsWith(client.callback)) return next;
    }
    throw new Error('the provider leads nowhere');
  }

  return {
    issuer,
    people,
    pass,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

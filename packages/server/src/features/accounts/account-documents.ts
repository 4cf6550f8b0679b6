/** Actors and their collections on the wire, WebFinger and host-meta. */
import {
  createApexKit,
  hostMeta,
  JRD_TYPE,
  type JsonObject,
  webfingerDocument,
} from '@mitoyen/federation';
import { iriHost, parseIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, notFound } from '../../platform/app-error.ts';
import { createSharedRead } from '../../platform/coalesce.ts';
import type { DocumentReply, Endpoints, Peer } from '../../platform/http/endpoints.ts';
import type { Scope } from '../partners/partners.ts';
import type { Account } from './account.ts';
import { bareActor } from './bare-profile.ts';
import { isOwnDomain } from './own-domain.ts';

const apex = createApexKit();

export function addAccountDocuments(endpoints: Endpoints, deps: { kit: Kit; apis: Apis }): void {
  const { kit, apis } = deps;

  const actors = {
    whole: createSharedRead((name) => personActor(name, (json) => json)),
    bare: createSharedRead((name) => personActor(name, bareActor)),
  };
  const instanceActor = createSharedRead(async () => {
    const account = await apis.accounts.instanceActor();
    return proved(account, await apis.accounts.actorDocument(account));
  });

  endpoints.document('/users/:name', ({ params, peer }) => {
    const isWhole = !peer || apis.policy.allows(peer.host, 'directory');
    return actors[isWhole ? 'whole' : 'bare'](params.name ?? '');
  });

  // Unsigned, so that two servers can learn each other's keys before either can verify the other.
  endpoints.document('/actor', () => instanceActor(''), { public: true });

  for (const name of ['followers', 'following'] as const) {
    endpoints.document(`/users/:name/${name}`, async ({ params, peer }) => {
      if (!covers(peer, 'follow')) return null;
      const account = await person(params.name);
      // The count, never the names: who follows whom is nobody else's business.
      return account && collection(`${account.iri}/${name}`, account.counts[name]);
    });
  }

  endpoints.document('/users/:name/outbox', async ({ params, query, peer }) => {
    if (!covers(peer, 'posts')) return null;
    const account = await person(params.name);
    return account && outbox(account, query);
  });

  endpoints.router.get('/.well-known/webfinger', async (ctx) => {
    const resource = ctx.state.query?.resource;
    if (typeof resource !== 'string' || resource.length > 2048)
      throw new AppError('bad_request', 'Give one resource');
    const account = await byResource(resource);
    if (!account) throw notFound();
    ctx.set('Access-Control-Allow-Origin', '*');
    ctx.set('Cache-Control', 'max-age=300');
    ctx.body = JSON.stringify(
      webfingerDocument({
        username: account.username,
        domain: kit.accountDomain,
        iri: account.iri,
        url: account.url,
      }),
    );
    ctx.type = JRD_TYPE;
  });

  endpoints.router.get('/.well-known/host-meta', (ctx) => {
    if (apis.policy.mode() === 'closed') throw notFound();
    ctx.body = hostMeta(kit.baseUrl);
    ctx.type = 'application/xrd+xml; charset=utf-8';
  });

  async function personActor(
    name: string,
    shown: (json: JsonObject) => JsonObject,
  ): Promise<DocumentReply> {
    const account = await person(name);
    return account && proved(account, shown(await apis.accounts.actorDocument(account)));
  }

  async function proved(account: Account, json: JsonObject): Promise<DocumentReply> {
    return { kind: 'ok', json: await apis.accounts.proveDocument(account._id, json) };
  }

  async function person(name: string | undefined): Promise<Account | null> {
    const account = await apis.accounts.byHandle((name ?? '').toLowerCase());
    const isOne = account?.kind === 'person' || account?.kind === 'service';
    return account?.domain === null && isOne && account.state === 'active' ? account : null;
  }

  /** What an agreement does not cover is not listed to its other side either. */
  function covers(peer: Peer | null, scope: Scope): boolean {
    return peer === null || apis.policy.allows(peer.host, scope);
  }

  async function collection(id: string, total: number): Promise<DocumentReply> {
    return { kind: 'ok', json: await apex.collection(id, total) };
  }

  async function outbox(account: Account, query: URLSearchParams): Promise<DocumentReply> {
    const id = `${account.iri}/outbox`;
    const page = query.get('page');
    if (!page) {
      // How much somebody writes for their colleagues is not told with how much for everybody.
      const { totalItems: _, ...json } = await apex.collection(id, 0);
      return { kind: 'ok', json };
    }
    const posts = await apis.posts.feed([`wall:${account._id}`], null, {
      limit: 20,
      ...(page !== 'true' && { maxId: page }),
    });
    const own = posts.filter(
      (post) =>
        post.kind === 'post' && (post.audience === 'public' || post.audience === 'unlisted'),
    );
    const items = own.map((post) => ({
      id: `${post.iri}/activity`,
      type: 'Create',
      actor: account.iri,
      object: post.iri,
    }));
    const last = posts.at(-1);
    return {
      kind: 'ok',
      json: await apex.collectionPage(id, {
        cursor: page === 'true' ? true : page,
        items,
        ...(last && { next: last._id }),
      }),
    };
  }

  async function byResource(resource: string): Promise<Account | null> {
    if (apis.policy.mode() === 'closed') return null;
    const account = await findResource(resource);
    if (!account || account.domain !== null || account.state !== 'active') return null;
    if (account.kind === 'group' && !(await apis.groups.mayDiscover(account._id))) return null;
    return account;
  }

  async function findResource(resource: string): Promise<Account | null> {
    const handle = /^acct:@?([^@]+)@([^@]+)$/i.exec(resource);
    if (handle?.[1] && handle[2]) {
      // Both domains name them; the subject of the answer says which one they go by.
      return isOwnDomain(kit, handle[2]) ? apis.accounts.byHandle(handle[1]) : null;
    }
    const iri = parseIri(resource);
    if (iri === null || iriHost(iri) !== kit.ownHost) return null;
    const page = /\/@([^/@]+)$/.exec(iri)?.[1];
    return page ? apis.accounts.byHandle(page.toLowerCase()) : apis.accounts.byIri(iri);
  }
}

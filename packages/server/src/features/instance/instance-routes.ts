/** What apps ask when they start: the instance, preferences, markers. */
import { nodeinfoDocument, nodeinfoIndex } from '@mitoyen/federation';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { VERSION } from '../../version.ts';
import { ASSETS } from './assets.ts';
import { viewInstanceV1, viewInstanceV2, viewRules } from './instance-view.ts';
import type { createMarkerStore, Marker } from './marker-store.ts';
import { createUsage } from './usage.ts';

const NODEINFO_TYPE =
  'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"; charset=utf-8';
export function addInstanceRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; markers: ReturnType<typeof createMarkerStore> },
): void {
  const { kit, apis, markers } = deps;
  const { router } = endpoints;
  const usage = createUsage({ apis, clock: kit.clock });
  const startedAt = new Date(kit.clock.now()).toISOString();

  const facts = async () => {
    const [first] = await apis.accounts.staff(['admin']);
    const shown = first ? (await apis.accounts.present([first])).get(first) : undefined;
    return {
      kit,
      contact: kit.config.federation.mode === 'open' ? (shown ?? null) : null,
      usage: await usage(),
      pushKey: apis.push.publicKey(),
      mediaTypes: apis.media.takenTypes(),
    };
  };

  endpoints.define(
    { method: 'get', path: '/api/v1/instance', summary: 'About this server (v1)', auth: 'none' },
    async () => viewInstanceV1(await facts()),
  );
  endpoints.define(
    { method: 'get', path: '/api/v2/instance', summary: 'About this server', auth: 'none' },
    async () => viewInstanceV2(await facts()),
  );
  endpoints.define(
    { method: 'get', path: '/api/v1/instance/rules', summary: 'Rules', auth: 'none' },
    async () => viewRules(kit),
  );
  endpoints.define(
    { method: 'get', path: '/api/v1/instance/languages', summary: 'Languages', auth: 'none' },
    async () =>
      kit.config.instance.languages.map((code) => ({
        code,
        name: new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code,
      })),
  );
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/instance/extended_description',
      summary: 'More about this server',
      auth: 'none',
    },
    async () => ({
      // It is in the configuration, which is read at the start.
      updated_at: startedAt,
      content: kit.config.instance.description,
    }),
  );
  // Whom we work with is between the companies.
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/instance/peers',
      summary: 'Known servers (kept private)',
      auth: 'none',
    },
    async () => [],
  );

  const timeline = z.enum(['home', 'notifications']);
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/markers',
      summary: 'Where reading stopped',
      auth: 'member',
      scope: 'read:statuses',
      query: z.object({
        timeline: z
          .preprocess(
            (value) => (Array.isArray(value) ? value : [value].filter(Boolean)),
            z.array(timeline),
          )
          .default([]),
      }),
    },
    async ({ account, query }) => viewMarkers(await markers.of(account._id, query.timeline)),
  );
  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/markers',
      summary: 'Keep where reading stopped',
      auth: 'member',
      scope: 'write:statuses',
      body: z.partialRecord(timeline, z.object({ last_read_id: z.string().max(40) })),
    },
    async ({ account, body }) => {
      const set = Object.entries(body).map(([name, value]) =>
        markers.set({
          _id: kit.nextId(),
          account: account._id,
          timeline: name as Marker['timeline'],
          lastRead: value?.last_read_id ?? '',
          updatedAt: kit.clock.now(),
        }),
      );
      const read = body.notifications?.last_read_id;
      if (read) await apis.notifications.readUpTo(account._id, read);
      return viewMarkers((await Promise.all(set)).filter((marker) => marker !== null));
    },
  );

  router.get('/.well-known/nodeinfo', (ctx) => {
    // Apps look here before they sign in, in every mode.
    ctx.body = nodeinfoIndex(kit.baseUrl);
  });
  router.get('/nodeinfo/2.1', (ctx) => {
    const { instance, registration } = kit.config;
    const isClosed = apis.policy.mode() === 'closed';
    ctx.body = JSON.stringify(
      // Numbers of people stay in the house; of a closed one strangers learn the software alone.
      nodeinfoDocument({
        version: VERSION,
        openRegistrations: !isClosed && registration.mode === 'open',
        users: {},
        ...(!isClosed && { name: instance.name, description: instance.description }),
      }),
    );
    ctx.type = NODEINFO_TYPE;
  });

  for (const [path, { type, body }] of Object.entries(ASSETS)) {
    router.get(path, (ctx) => {
      ctx.type = type;
      ctx.set('Cache-Control', 'public, max-age=86400');
      ctx.body = body;
    });
  }
}

function viewMarkers(markers: Marker[]) {
  return Object.fromEntries(
    markers.map((marker) => [
      marker.timeline,
      {
        last_read_id: marker.lastRead,
        version: marker.version,
        updated_at: new Date(marker.updatedAt).toISOString(),
      },
    ]),
  );
}

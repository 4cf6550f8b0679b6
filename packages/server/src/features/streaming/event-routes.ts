/** `/api/v1/streaming/...` as server-sent events: one connection, one stream. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import type { Attend } from './attend.ts';
import type { Carrier } from './connection.ts';
import { SOCKET_PATH } from './socket-routes.ts';
import { type StreamName, scopeOfStream } from './stream.ts';

const PATHS: Record<string, { name: StreamName; media?: StreamName; summary: string }> = {
  user: { name: 'user', summary: 'Live: my feed and notifications' },
  'user/notification': { name: 'user:notification', summary: 'Live: my notifications' },
  public: { name: 'public', media: 'public:media', summary: 'Live: public posts' },
  'public/local': {
    name: 'public:local',
    media: 'public:local:media',
    summary: 'Live: public posts made here',
  },
  'public/remote': {
    name: 'public:remote',
    media: 'public:remote:media',
    summary: 'Live: public posts from elsewhere',
  },
  hashtag: { name: 'hashtag', summary: 'Live: posts with a hashtag' },
  'hashtag/local': { name: 'hashtag:local', summary: 'Live: posts with a hashtag, made here' },
  list: { name: 'list', summary: 'Live: a list' },
  direct: { name: 'direct', summary: 'Live: my conversations' },
  group: { name: 'group', summary: 'Live: a group' },
};

const query = z.object({
  tag: z.string().max(200).optional(),
  list: z.string().max(50).optional(),
  group: z.string().max(50).optional(),
  only_media: flag.optional(),
  mitoyen: flag.optional(),
});

export function addEventRoutes(endpoints: Endpoints, deps: { kit: Kit; attend: Attend }): void {
  const { attend } = deps;

  endpoints.define(
    {
      method: 'get',
      path: `${SOCKET_PATH}/health`,
      summary: 'Whether live updates are served',
      answerType: 'text/plain',
      auth: 'none',
    },
    async ({ ctx }) => {
      ctx.type = 'text/plain';
      ctx.body = 'OK';
    },
  );

  for (const [path, { name, media, summary }] of Object.entries(PATHS)) {
    endpoints.define(
      {
        method: 'get',
        path: `${SOCKET_PATH}/${path}`,
        summary,
        auth: 'member',
        scope: scopeOfStream({ name }),
        answerType: HEADERS['Content-Type'],
        query,
      },
      async ({ auth, query: asked, ctx }) => {
        if (!auth) return;
        const wanted = asked.only_media && media ? media : name;
        const stream = attend.choose({ ...asked, stream: wanted }, auth.scopes);
        const prepared = await attend.prepare(auth, { ownEvents: asked.mitoyen === true, stream });
        if (ctx.res.destroyed) return;
        const connection = attend.join(prepared, createCarrier(ctx.res));
        ctx.res.on('close', () => attend.leave(connection));
        ctx.respond = false;
        for (const [header, value] of Object.entries(HEADERS)) ctx.set(header, value);
        ctx.res.writeHead(200);
        ctx.res.write(':)\n');
      },
    );
  }
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'private, no-store',
  'X-Accel-Buffering': 'no',
};

/** A comment is one line without a blank one after it: some readers take a blank line for an event. */
function createCarrier(response: ServerResponse): Carrier {
  const write = (text: string) => {
    if (!response.writableEnded && !response.destroyed) response.write(text);
  };
  return {
    send: (_, event, payload) => write(`event: ${event}\ndata: ${payload}\n\n`),
    beat: () => write(':thump\n'),
    waiting: () => response.writableLength,
    end: (reason) => {
      if (reason === 'slow') response.destroy();
      else response.end();
    },
  };
}

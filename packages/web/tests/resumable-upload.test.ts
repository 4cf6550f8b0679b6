import test from 'ava';
import { ApiError } from '../src/api/http.ts';
import { pauseAfter, sendResumably } from '../src/api/resumable-upload.ts';
import type { Send, SendOptions, Sent } from '../src/api/xhr.ts';

const SIZE = 10_000_000;
const ROAD = '/api/mitoyen/v1/uploads';
const file = new File([new Uint8Array(SIZE)], 'été.mp4', { type: 'video/mp4' });

function answer(status: number, headers: Record<string, string> = {}, json: unknown = null): Sent {
  return { status, header: (name) => headers[name] ?? null, json };
}

/** A server of uploads whose connection breaks when it is told to. */
function createServer() {
  const asked: string[] = [];
  const breaks: ((method: string, options: SendOptions) => Sent | null)[] = [];
  let offset = 0;
  const send: Send = async (method, path, options = {}) => {
    asked.push(method);
    const broken = breaks[0]?.(method, options);
    if (broken) {
      breaks.shift();
      return broken;
    }
    if (method === 'POST') return answer(201, { location: `https://here.test${ROAD}/1` });
    if (path !== `${ROAD}/1`) return answer(404);
    if (method === 'PATCH') {
      if (Number(options.headers?.['upload-offset']) !== offset) return answer(409);
      offset += (options.body as Blob).size;
      options.onProgress?.((options.body as Blob).size);
      return answer(204, { 'upload-offset': String(offset) });
    }
    if (method === 'DELETE') return answer(204);
    return answer(200, { 'upload-offset': String(offset) }, { media: { id: '7' }, error: null });
  };
  return {
    ...{ asked, breaks, send },
    take: (bytes: number) => {
      offset += bytes;
    },
  };
}

function run(send: Send, hooks: Partial<Parameters<typeof sendResumably>[1]> = {}) {
  const signal = new AbortController().signal;
  return sendResumably(
    file,
    { signal, onProgress: () => {}, ...hooks },
    { send, pause: async () => {} },
  );
}

test('a file goes in parts, and its progress only grows', async (t) => {
  const server = createServer();
  const progress: number[] = [];
  const media = await run(server.send, { onProgress: (part) => progress.push(part) });
  t.is(media.id, '7');
  t.deepEqual(server.asked, ['POST', 'PATCH', 'PATCH', 'PATCH', 'GET']);
  t.deepEqual(progress, progress.toSorted());
  t.is(progress.at(-1), 1);
});

test('a lost connection is waited for, and it goes on from what has come', async (t) => {
  const server = createServer();
  server.breaks.push(
    (method) => {
      if (method !== 'PATCH') return null;
      server.take(1_000_000);
      return answer(0);
    },
    (method) => (method === 'HEAD' ? answer(0) : null),
    (method) => (method === 'HEAD' ? answer(502) : null),
  );
  const waiting: boolean[] = [];
  const media = await run(server.send, { onWaiting: (one) => waiting.push(one) });
  t.is(media.id, '7');
  t.deepEqual(server.asked.slice(0, 5), ['POST', 'PATCH', 'HEAD', 'HEAD', 'HEAD']);
  t.deepEqual(waiting, [true, false, true, false, true, false]);
});

test('a last answer that was lost is no second upload', async (t) => {
  const server = createServer();
  server.breaks.push((method) => {
    if (method !== 'PATCH') return null;
    server.take(SIZE);
    return answer(0);
  });
  t.is((await run(server.send)).id, '7');
  t.deepEqual(server.asked, ['POST', 'PATCH', 'HEAD', 'GET']);
});

test('what the server refuses is said at once, and what has come is forgotten', async (t) => {
  const server = createServer();
  server.breaks.push((method) =>
    method === 'PATCH' ? answer(422, {}, { error: 'file holds a virus' }) : null,
  );
  const error = await t.throwsAsync(run(server.send), { instanceOf: ApiError });
  t.is(error?.message, 'file holds a virus');
  t.deepEqual(server.asked, ['POST', 'PATCH', 'DELETE']);
});

test('without a connection for long it gives up', async (t) => {
  const error = await t.throwsAsync(
    run(async () => answer(0)),
    { instanceOf: ApiError },
  );
  t.is(error?.status, 0);
  t.is(pauseAfter(1), 500);
  t.is(pauseAfter(20), 30_000);
});

test('cancelled while it waits, it ends', async (t) => {
  const controller = new AbortController();
  const server = createServer();
  server.breaks.push((method) => (method === 'PATCH' ? answer(0) : null));
  const running = sendResumably(
    file,
    { signal: controller.signal, onProgress: () => {} },
    { send: server.send, pause: async () => controller.abort() },
  );
  await t.throwsAsync(running, { name: 'AbortError' });
  t.is(server.asked.at(-1), 'DELETE');
});

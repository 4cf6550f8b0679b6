// Keeps the client itself, and nothing that anybody wrote: what opens without a network is the
// shell; drafts and waiting posts are in IndexedDB.
const CACHE = 'client-1';
const PAGE = '/';

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith('/client/')) event.respondWith(fromCache(request));
  else if (request.mode === 'navigate' && !isOther(url.pathname)) event.respondWith(page(request));
});

/** Pages that the server makes itself. */
function isOther(path) {
  return /^\/(api|oauth|auth|invite|health|media|assets)(\/|$)/.test(path);
}

/** Its name changes with its content: what is kept is right. */
async function fromCache(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function page(request) {
  try {
    const answer = await fetch(request);
    const isPage = answer.ok && !answer.redirected && answer.type === 'basic';
    if (isPage) {
      const cache = await caches.open(CACHE);
      await cache.put(PAGE, answer.clone());
      await dropOld(cache, await answer.clone().text());
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

/** Files of builds before: those made at another time than the page's entry are gone with it. */
async function dropOld(cache, html) {
  const entry = /src="(\/client\/[^"]+)"/.exec(html)?.[1];
  if (!entry || (await cache.match(entry))) return;
  for (const request of await cache.keys())
    if (new URL(request.url).pathname.startsWith('/client/')) await cache.delete(request);
}

self.addEventListener('push', (event) => {
  const { title, body, icon, notification_id: tag } = event.data?.json() ?? {};
  const data = { open: tag ? `/notifications/${tag}` : '/notifications' };
  const shown = {
    body: body ?? '',
    icon: icon ?? '/icon-192.png',
    badge: '/badge-96.png',
    tag,
    data,
  };
  event.waitUntil(self.registration.showNotification(title ?? 'Mitoyen', shown));
});

/** Its own id leads to the thing itself: the push of a careful person carries nothing else. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const open = event.notification.data?.open ?? '/notifications';
  event.waitUntil(
    (async () => {
      const [client] = await self.clients.matchAll({ type: 'window' });
      if (!client) return self.clients.openWindow(open);
      await client.focus();
      // Without loading the page again: somebody may be in the middle of writing.
      client.postMessage({ open });
    })(),
  );
});

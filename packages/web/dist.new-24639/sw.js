// Keeps the client itself, and nothing that anybody wrote: what opens without a network is the
// shell; drafts and waiting posts are in IndexedDB.

/** The files of this build that a page without a network needs: written here by the build. */
const FILES = [];
const CACHE = 'client-dev';
const PAGE = '/';
/** A line that is there and carries nothing is as good as none. */
const PATIENCE_MS = 5000;

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // What one file lacks is fetched when it is needed; the others are there all the same.
      await Promise.allSettled([keepPage(cache), ...FILES.map((file) => cache.add(file))]);
    })(),
  );
});

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
  if (url.pathname.startsWith('/client/') || FILES.includes(url.pathname))
    event.respondWith(fromCache(request));
  else if (request.mode === 'navigate' && !isOther(url.pathname)) event.respondWith(page(request));
});

/** Pages that the server makes itself. */
function isOther(path) {
  return /^\/(api|oauth|auth|invite|health|media|assets)(\/|$)/.test(path);
}

/** Kept with the files of the same build, so that none is missing when it is shown. */
async function keepPage(cache) {
  const answer = await fetch(PAGE);
  if (answer.ok && !answer.redirected) await cache.put(PAGE, answer);
}

/** The names of a build's files change with their content: what is kept is right. */
async function fromCache(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function page(request) {
  const kept = () => caches.match(PAGE);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(kept);
  const asked = fetch(request);
  try {
    return (await Promise.race([asked, late])) ?? (await asked);
  } catch (error) {
    const page = await kept();
    if (page) return page;
    throw error;
  }
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

/** Push on this device: one subscription for this session; it ends with it. */
import { post, remove } from '../../api/http.ts';
import { instance } from '../../stores/session.svelte.ts';
import { KIND_TEXT } from './kinds.ts';

export const PUSH = '/api/v1/push/subscription';
/** At first everything that concerns oneself; each can be switched off afterwards. */
const KINDS = Object.keys(KIND_TEXT);

export function canPush(): boolean {
  return (
    'PushManager' in globalThis &&
    'Notification' in globalThis &&
    (instance().configuration.vapid?.public_key ?? '') !== ''
  );
}

export async function isPushed(): Promise<boolean> {
  const worker = await navigator.serviceWorker.getRegistration();
  return ((await worker?.pushManager.getSubscription()) ?? null) !== null;
}

/** False where somebody said no to the browser. */
export async function startPush(withContent: boolean): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: instance().configuration.vapid?.public_key,
  });
  const { endpoint, keys } = subscription.toJSON();
  const alerts = Object.fromEntries(KINDS.map((kind) => [kind, true]));
  await post(PUSH, {
    subscription: { endpoint, keys, standard: true },
    data: { alerts, policy: 'all', content_free: !withContent },
  });
  return true;
}

export async function stopPush(): Promise<void> {
  await remove(PUSH);
  const worker = await navigator.serviceWorker.ready;
  await (await worker.pushManager.getSubscription())?.unsubscribe();
}

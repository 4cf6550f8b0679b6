/** The first visit: once, by a preference on the server, so that another device does not begin again. */
import { patch } from '../../api/http.ts';
import { go } from '../../router/router.svelte.ts';
import { me, setMe } from '../../stores/session.svelte.ts';

export const WELCOME = '/welcome';

export async function endWelcome(): Promise<void> {
  const { mitoyen } = me();
  if (mitoyen) setMe({ ...me(), mitoyen: { ...mitoyen, welcomed: true } });
  await go('/', { replace: true });
  await patch('/api/mitoyen/v1/preferences', { 'mitoyen:welcomed': true });
}

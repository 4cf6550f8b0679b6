/** Where the main navigation leads. */
import Home from '@lucide/svelte/icons/house';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import Network from '@lucide/svelte/icons/network';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Users from '@lucide/svelte/icons/users';
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

type Destination = {
  route: string;
  href: string;
  label: MessageKey;
  icon: typeof Home;
  staff?: true;
};

export const destinations: Destination[] = [
  { route: 'feed', href: '/', label: 'nav.feed', icon: Home },
  { route: 'groups', href: '/groups', label: 'nav.groups', icon: Users },
  { route: 'chat', href: '/chat', label: 'nav.chat', icon: MessageCircle },
  { route: 'people', href: '/people', label: 'nav.people', icon: Network },
  { route: 'admin', href: '/admin', label: 'nav.admin', icon: ShieldCheck, staff: true },
];

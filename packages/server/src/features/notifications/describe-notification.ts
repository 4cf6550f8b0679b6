/** What happened, in one line, for pushes and e-mails. */
import type { NotificationType } from './notification.ts';
import type { NotificationView } from './notifications.ts';

type Words = Record<
  NotificationType | 'direct' | 'praise' | 'other',
  (who: string, group: string) => string
>;

const ENGLISH: Words = {
  mention: (who) => `${who} mentioned you`,
  direct: (who) => `${who} wrote to you`,
  praise: (who) => `${who} praised you`,
  status: (who) => `${who} posted`,
  reblog: (who) => `${who} shared your post`,
  follow: (who) => `${who} follows you`,
  follow_request: (who) => `${who} asks to follow you`,
  favourite: (who) => `${who} likes your post`,
  poll: () => 'A poll has ended',
  update: (who) => `${who} edited a post that you shared`,
  quote: (who) => `${who} quoted your post`,
  quoted_update: (who) => `${who} edited a post that you quoted`,
  'admin.sign_up': (who) => `${who} waits for approval`,
  'admin.report': () => 'Something was reported',
  'mitoyen.reaction': (who) => `${who} reacted to your post`,
  'mitoyen.group_invite': (who, group) => `${who} invites you to ${group}`,
  'mitoyen.group_request': (who, group) => `${who} asks to join ${group}`,
  'mitoyen.group_accepted': (_, group) => `You are now in ${group}`,
  'mitoyen.event_answer': (who) => `${who} answered your invitation`,
  'mitoyen.event_changed': (who) => `${who} changed an event that you come to`,
  'mitoyen.event_reminder': () => 'An event begins soon',
  'mitoyen.moved': (who) => `${who} has moved; you follow the new account`,
  'mitoyen.partner': () => 'News of a partner',
  'mitoyen.must_read': (who) => `${who} asks you to read this`,
  other: (who) => `News from ${who}`,
};

const FRENCH: Words = {
  mention: (who) => `${who} parle de vous`,
  direct: (who) => `${who} vous a écrit`,
  praise: (who) => `${who} vous félicite`,
  status: (who) => `${who} a publié`,
  reblog: (who) => `${who} a partagé votre publication`,
  follow: (who) => `${who} vous suit`,
  follow_request: (who) => `${who} demande à vous suivre`,
  favourite: (who) => `${who} aime votre publication`,
  poll: () => 'Un sondage est terminé',
  update: (who) => `${who} a modifié une publication que vous avez partagée`,
  quote: (who) => `${who} a cité votre publication`,
  quoted_update: (who) => `${who} a modifié une publication que vous avez citée`,
  'admin.sign_up': (who) => `${who} attend votre approbation`,
  'admin.report': () => 'Un contenu a été signalé',
  'mitoyen.reaction': (who) => `${who} a réagi à votre publication`,
  'mitoyen.group_invite': (who, group) => `${who} vous invite dans ${group}`,
  'mitoyen.group_request': (who, group) => `${who} demande à rejoindre ${group}`,
  'mitoyen.group_accepted': (_, group) => `Vous êtes maintenant dans ${group}`,
  'mitoyen.event_answer': (who) => `${who} a répondu à votre invitation`,
  'mitoyen.event_changed': (who) => `${who} a modifié un événement auquel vous participez`,
  'mitoyen.event_reminder': () => 'Un événement commence bientôt',
  'mitoyen.moved': (who) => `${who} a déménagé ; vous suivez le nouveau compte`,
  'mitoyen.partner': () => 'Des nouvelles d’un partenaire',
  'mitoyen.must_read': (who) => `${who} vous demande de lire ceci`,
  other: (who) => `Des nouvelles de ${who}`,
};

/** `reader`: the account that is told. */
export function describeNotification(
  shown: NotificationView,
  language: string,
  reader: string,
): string {
  const words = language.startsWith('fr') ? FRENCH : ENGLISH;
  const type = shown.type === 'mention' ? mentionKind(shown.status, reader) : shown.type;
  const { group } = (shown.mitoyen ?? {}) as { group?: unknown };
  const say = type in words ? words[type as keyof Words] : words.other;
  return say(nameOf(shown.account), nameOf(group));
}

function mentionKind(about: unknown, reader: string): 'mention' | 'direct' | 'praise' {
  const status = (about ?? {}) as {
    visibility?: string;
    mitoyen?: { praise?: { people: { id: string }[] } | null };
  };
  if (status.visibility === 'direct') return 'direct';
  return status.mitoyen?.praise?.people.some(({ id }) => id === reader) ? 'praise' : 'mention';
}

function nameOf(account: unknown): string {
  const { display_name, acct } = (account ?? {}) as { display_name?: string; acct?: string };
  return display_name || acct || '?';
}

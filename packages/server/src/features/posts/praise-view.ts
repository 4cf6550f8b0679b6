/** The praise of a post, as the client API shows it: `mitoyen.praise` of a Status. */
import type { AccountView } from '../accounts/accounts.ts';
import { BADGE_EMOJI, type PostPraise } from './praise.ts';

export function viewPraise(praise: PostPraise, accounts: ReadonlyMap<string, AccountView>) {
  return {
    badge: praise.badge,
    emoji: BADGE_EMOJI[praise.badge],
    people: praise.people.flatMap((id) => accounts.get(id) ?? []),
    /** The text without badge and names, which `content` begins with. */
    text: praise.text,
  };
}

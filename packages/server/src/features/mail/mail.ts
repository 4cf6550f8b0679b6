import type { Account } from '../accounts/account.ts';

/** What other features may ask of the mail feature. */
export type Mail = {
  /** Whether this server sends e-mail at all. */
  isOn: () => boolean;
  /** Somebody has a new notification, which may be worth an e-mail. Never throws. */
  notified: (notification: { _id: string; account: string; type: string }) => Promise<void>;
  /** Whether somebody wants to be left alone now. */
  isQuiet: (account: string) => Promise<boolean>;
  /** @throws where the mail server does not take it */
  sendInvitation: (invitation: {
    to: string;
    url: string;
    from: string;
    language: string;
  }) => Promise<void>;
  /** Somebody's account has a new passkey: told, so that a stranger's is noticed. */
  sendPasskeyAdded: (added: {
    to: string;
    account: Pick<Account, 'language'>;
    key: string;
  }) => Promise<void>;
  /** A link that lets its owner choose a new password. */
  sendPasswordLink: (link: { to: string; url: string; language: string }) => Promise<void>;
};

/** The words of e-mails, in English and French. */
const en = {
  one: (house: string, what: string) => `${what} · ${house}`,
  many: (house: string, count: number) => `${count} news for you · ${house}`,
  digest: (house: string) => `What is new · ${house}`,
  hello: (name: string) => `Hello ${name},`,
  notifications: 'For you',
  posts: 'In your feed',
  open: 'Open',
  withheld: 'Sign in to read it.',
  why: (house: string) => `You get this e-mail because you have an account at ${house}.`,
  stop: 'No such e-mails any more',
  preferences: 'What comes by e-mail is chosen in your settings.',
  invitation: (house: string) => `An invitation to ${house}`,
  invitationText: (from: string, house: string) =>
    `${from} invites you to ${house}. With this link you make your account; it works for a few days.`,
  password: (house: string) => `A new password for ${house}`,
  passwordText:
    'Somebody, probably you, asked for a new password. With this link you choose one; it works once, within an hour. If it was not you, do nothing: your password stays as it is.',
  passkey: (house: string) => `A new passkey for ${house}`,
  passkeyText: (key: string) =>
    `The passkey “${key}” can sign in to your account from now on. If it is not yours, remove it in your settings, change your password, and tell your admin.`,
  stopped: 'Done. These e-mails do not come any more.',
  stopTitle: 'No more e-mails?',
  stopAsk: {
    instant: 'You will get no e-mail when somebody writes to you.',
    digest: 'You will get no digest any more.',
  },
  stopButton: 'Stop these e-mails',
  badLink: 'This link is not valid.',
};

export type MailTexts = typeof en;

const fr: MailTexts = {
  one: (house, what) => `${what} · ${house}`,
  many: (house, count) => `${count} nouvelles pour vous · ${house}`,
  digest: (house) => `Quoi de neuf · ${house}`,
  hello: (name) => `Bonjour ${name},`,
  notifications: 'Pour vous',
  posts: 'Dans votre fil',
  open: 'Ouvrir',
  withheld: 'Connectez-vous pour le lire.',
  why: (house) => `Vous recevez cet e-mail parce que vous avez un compte sur ${house}.`,
  stop: 'Ne plus recevoir ces e-mails',
  preferences: 'Ce qui vient par e-mail se choisit dans vos réglages.',
  invitation: (house) => `Une invitation à rejoindre ${house}`,
  invitationText: (from, house) =>
    `${from} vous invite à rejoindre ${house}. Ce lien permet de créer votre compte ; il est valable quelques jours.`,
  password: (house) => `Un nouveau mot de passe pour ${house}`,
  passwordText:
    'Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Ce lien permet d’en choisir un ; il sert une fois, pendant une heure. Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.',
  passkey: (house) => `Une nouvelle clé d’accès pour ${house}`,
  passkeyText: (key) =>
    `La clé d’accès « ${key} » peut désormais se connecter à votre compte. Si ce n’est pas la vôtre, retirez-la dans vos réglages, changez votre mot de passe et prévenez votre administrateur.`,
  stopped: 'C’est fait. Ces e-mails ne viendront plus.',
  stopTitle: 'Ne plus recevoir ces e-mails ?',
  stopAsk: {
    instant: 'Vous ne recevrez plus d’e-mail quand quelqu’un vous écrit.',
    digest: 'Vous ne recevrez plus de résumé.',
  },
  stopButton: 'Arrêter ces e-mails',
  badLink: 'Ce lien n’est pas valable.',
};

export function mailTexts(language: string): MailTexts {
  return language.startsWith('fr') ? fr : en;
}

/** The words of the server-rendered pages, in English and French. */
const en = {
  lang: 'en',
  skip: 'Skip to content',
  footer: 'Mitoyen: a work network that belongs to the people who use it.',
  signIn: 'Sign in',
  nameOrEmail: 'User name or e-mail address',
  password: 'Password',
  wrong: 'The name or the password is wrong.',
  waiting: 'Your account waits for approval by an admin.',
  suspended: 'This account is suspended.',
  tooMany: 'Too many tries. Wait a few minutes and try again.',
  or: 'or',
  withPasskey: 'Sign in with a passkey',
  passkeyWrong: 'This passkey is not known here. Sign in with your password.',
  withProvider: (name: string) => `Sign in with ${name}`,
  providerDown: 'The sign-in service does not answer at the moment. Try again in a few minutes.',
  providerFailed: 'Signing in there did not work, or took too long. Try again.',
  notConnected: (name: string) =>
    `No account here is connected with ${name}. Sign in with your password and connect it in your settings, under Security.`,
  noAccount: 'No account yet? Ask your admin for an invitation.',
  createAccount: 'Create an account',
  authorizeTitle: 'Allow access?',
  authorizeIntro: (app: string, name: string) =>
    `${app} would like to use your account @${name}. It may:`,
  authorizeLeads: (host: string) => `After you allow it you are taken to ${host}.`,
  allow: 'Allow',
  deny: 'Do not allow',
  otherAccount: 'Use another account',
  codeTitle: 'Your code',
  codeIntro: 'Copy this code into the app:',
  denied: 'Access was not allowed. You can close this page.',
  account: 'Your account',
  signedInAs: (name: string) => `You are signed in as @${name}.`,
  sessions: 'Devices and apps',
  sessionsIntro: 'Everything that is signed in to your account. Sign out what you do not know.',
  thisOne: 'this browser',
  lastUsed: (when: string) => `last used ${when}`,
  end: (name: string) => `Sign out ${name}`,
  signOut: 'Sign out',
  invitationTitle: (site: string) => `Join ${site}`,
  invitationBad: 'This invitation is used up, expired or unknown. Ask for a new one.',
  username: 'User name',
  usernameHint: 'Letters, digits, dots, hyphens. It becomes your address and cannot be changed.',
  displayName: 'Your name',
  email: 'E-mail address',
  passwordHint: (least: number) =>
    `At least ${least} characters. Three or four words make a good one.`,
  reason: 'Why you would like to join',
  reasonHint: 'The admins and moderators read it.',
  registered: 'Your account is there.',
  registeredWaiting:
    'Thank you. An admin will look at your request; you can sign in when it is approved.',
  linkTitle: 'Welcome',
  linkIntro: (name: string) =>
    `This link signs you in as @${name}, once. Choose a password for the next time.`,
  linkBad: 'This sign-in link was used or is expired. Ask your admin for a new one.',
  newPassword: 'New password',
  setPassword: 'Set password and sign in',
  errorTitle: 'That did not work',
  forgotten: 'Forgotten password',
  sendLink: 'Send me a link',
  linkSent:
    'If we know this address, a link is on its way to it. It works once, within an hour. Look among unwanted mail too.',
  closed: 'New accounts are made by the admin.',
  scopes: {
    read: 'read everything that you can read',
    write: 'post and change things in your name',
    follow: 'follow, block and mute in your name',
    push: 'receive your notifications',
    profile: 'see who you are',
    'admin:read': 'read what only admins may read',
    'admin:write': 'change what only admins may change',
  } as Record<string, string>,
};

export type Messages = typeof en;

const fr: Messages = {
  lang: 'fr',
  skip: 'Aller au contenu',
  footer: 'Mitoyen : un réseau de travail qui appartient à celles et ceux qui l’utilisent.',
  signIn: 'Se connecter',
  nameOrEmail: 'Nom d’utilisateur ou adresse e-mail',
  password: 'Mot de passe',
  wrong: 'Le nom ou le mot de passe est incorrect.',
  waiting: 'Votre compte attend l’accord d’un administrateur.',
  suspended: 'Ce compte est suspendu.',
  tooMany: 'Trop d’essais. Attendez quelques minutes et réessayez.',
  or: 'ou',
  withPasskey: 'Se connecter avec une clé d’accès',
  passkeyWrong: 'Cette clé d’accès n’est pas connue ici. Connectez-vous avec votre mot de passe.',
  withProvider: (name) => `Se connecter avec ${name}`,
  providerDown:
    'Le service de connexion ne répond pas pour le moment. Réessayez dans quelques minutes.',
  providerFailed: 'La connexion n’a pas abouti ou a pris trop de temps. Réessayez.',
  notConnected: (name) =>
    `Aucun compte d’ici n’est relié à ${name}. Connectez-vous avec votre mot de passe et reliez-le dans vos réglages, sous Sécurité.`,
  noAccount: 'Pas encore de compte ? Demandez une invitation à votre administrateur.',
  createAccount: 'Créer un compte',
  authorizeTitle: 'Autoriser l’accès ?',
  authorizeIntro: (app, name) =>
    `${app} souhaite utiliser votre compte @${name}. Cette application pourra :`,
  authorizeLeads: (host) => `Ensuite, vous serez dirigé vers ${host}.`,
  allow: 'Autoriser',
  deny: 'Ne pas autoriser',
  otherAccount: 'Utiliser un autre compte',
  codeTitle: 'Votre code',
  codeIntro: 'Copiez ce code dans l’application :',
  denied: 'L’accès n’a pas été autorisé. Vous pouvez fermer cette page.',
  account: 'Votre compte',
  signedInAs: (name) => `Vous êtes connecté en tant que @${name}.`,
  sessions: 'Appareils et applications',
  sessionsIntro:
    'Tout ce qui est connecté à votre compte. Déconnectez ce que vous ne reconnaissez pas.',
  thisOne: 'ce navigateur',
  lastUsed: (when) => `dernière utilisation ${when}`,
  end: (name) => `Déconnecter ${name}`,
  signOut: 'Se déconnecter',
  invitationTitle: (site) => `Rejoindre ${site}`,
  invitationBad: 'Cette invitation est épuisée, expirée ou inconnue. Demandez-en une nouvelle.',
  username: 'Nom d’utilisateur',
  usernameHint:
    'Lettres, chiffres, points, tirets. Il devient votre adresse et ne peut plus changer.',
  displayName: 'Votre nom',
  email: 'Adresse e-mail',
  passwordHint: (least) => `Au moins ${least} caractères. Trois ou quatre mots conviennent bien.`,
  reason: 'Pourquoi vous souhaitez nous rejoindre',
  reasonHint: 'L’équipe de modération le lira.',
  registered: 'Votre compte est créé.',
  registeredWaiting:
    'Merci. Un administrateur examinera votre demande ; vous pourrez vous connecter après son accord.',
  linkTitle: 'Bienvenue',
  linkIntro: (name) =>
    `Ce lien vous connecte en tant que @${name}, une seule fois. Choisissez un mot de passe pour la suite.`,
  linkBad:
    'Ce lien de connexion a été utilisé ou a expiré. Demandez-en un nouveau à votre administrateur.',
  newPassword: 'Nouveau mot de passe',
  setPassword: 'Enregistrer et se connecter',
  errorTitle: 'Cela n’a pas fonctionné',
  forgotten: 'Mot de passe oublié',
  sendLink: 'Envoyez-moi un lien',
  linkSent:
    'Si nous connaissons cette adresse, un lien lui est envoyé. Il sert une fois, pendant une heure. Regardez aussi parmi les indésirables.',
  closed: 'Les comptes sont créés par l’administrateur.',
  scopes: {
    read: 'lire tout ce que vous pouvez lire',
    write: 'publier et modifier en votre nom',
    follow: 'suivre, bloquer et masquer en votre nom',
    push: 'recevoir vos notifications',
    profile: 'voir qui vous êtes',
    'admin:read': 'lire ce que seuls les administrateurs peuvent lire',
    'admin:write': 'modifier ce que seuls les administrateurs peuvent modifier',
  },
};

/** Languages of the pages, each by its own name. */
export const LANGUAGES: Record<string, string> = { en: 'English', fr: 'Français' };

/** The first language of an Accept-Language header that we speak. */
export function messagesFor(acceptLanguage: string): Messages {
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(';q=');
      return { tag: tag.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .sort((a, b) => b.quality - a.quality);
  const found = wanted.find(({ tag }) => /^(fr|en)\b/.test(tag));
  return found?.tag.startsWith('fr') ? fr : en;
}

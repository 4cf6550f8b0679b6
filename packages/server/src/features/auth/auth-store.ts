import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { Role } from '../accounts/account.ts';

export type Credentials = {
  _id: string;
  email?: string;
  passwordHash?: string;
  reason?: string;
  changedAt: number;
};
export type OAuthApp = {
  _id: string;
  name: string;
  website: string | null;
  redirectUris: string[];
  scopes: string[];
  clientId: string;
  clientSecretHash: string;
  createdAt: number;
};
export type Token = {
  /** Hash of the token. */
  _id: string;
  publicId: string;
  kind: 'token' | 'session';
  /** null: the app's own (client credentials). */
  account: string | null;
  app: string;
  appName: string;
  scopes: string[];
  agent: string;
  createdAt: number;
  usedAt: number;
  expiresAt?: Date;
};
export type AuthCode = {
  /** Hash of the code. */
  _id: string;
  app: string;
  account: string;
  redirectUri: string;
  scopes: string[];
  challenge?: string;
  expiresAt: Date;
};
export type Invitation = {
  _id: string;
  codeHash: string;
  role: Role;
  createdBy: string;
  usesLeft: number;
  used: number;
  note: string;
  createdAt: number;
  expiresAt: Date;
};
export type SignInLink = { _id: string; account: string; expiresAt: Date };

export const authIndexes: IndexSpec[] = [
  {
    collection: 'credentials',
    name: 'credentials_email',
    key: { email: 1 },
    unique: true,
    sparse: true,
  },
  { collection: 'apps', name: 'apps_client', key: { clientId: 1 }, unique: true },
  { collection: 'tokens', name: 'tokens_account', key: { account: 1, kind: 1, createdAt: -1 } },
  { collection: 'tokens', name: 'tokens_expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  {
    collection: 'auth_codes',
    name: 'auth_codes_expiry',
    key: { expiresAt: 1 },
    expireAfterSeconds: 0,
  },
  { collection: 'invitations', name: 'invitations_code', key: { codeHash: 1 }, unique: true },
  {
    collection: 'sign_in_links',
    name: 'sign_in_links_expiry',
    key: { expiresAt: 1 },
    expireAfterSeconds: 0,
  },
];

export type AuthStore = ReturnType<typeof createAuthStore>;

/** `ended` is told of tokens that are good no more. */
export function createAuthStore(
  mongo: Mongo,
  now: () => number,
  ended: (what: { tokens?: string[]; accounts?: string[] }) => void,
) {
  const credentials = mongo.collection<Credentials>('credentials');
  const apps = mongo.collection<OAuthApp>('apps');
  const tokens = mongo.collection<Token>('tokens');
  const codes = mongo.collection<AuthCode>('auth_codes');
  const invitations = mongo.collection<Invitation>('invitations');
  const links = mongo.collection<SignInLink>('sign_in_links');
  const alive = () => ({ $gt: new Date(now()) });

  return {
    credentials: (account: string) => credentials.findOne({ _id: account }),
    /** What these people wrote when they asked to join. */
    reasons: async (accounts: string[]): Promise<Map<string, string>> => {
      const rows = await credentials
        .find({ _id: { $in: accounts } }, { projection: { reason: 1 } })
        .toArray();
      return new Map(rows.flatMap(({ _id, reason }) => (reason ? [[_id, reason]] : [])));
    },
    byEmail: (email: string) => credentials.findOne({ email: email.toLowerCase() }),
    /** False where the e-mail address belongs to somebody else. */
    setCredentials: async (
      account: string,
      set: { email?: string; passwordHash?: string; reason?: string },
    ): Promise<boolean> => {
      try {
        await credentials.updateOne(
          { _id: account },
          { $set: { ...set, changedAt: now() } },
          { upsert: true },
        );
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    addApp: (app: OAuthApp) => apps.insertOne(app),
    app: (id: string) => apps.findOne({ _id: id }),
    appByClient: (clientId: string) => apps.findOne({ clientId }),

    addToken: (token: Token) => tokens.insertOne(token),
    token: async (hash: string): Promise<Token | null> => {
      const token = await tokens.findOne({ _id: hash });
      return token && (!token.expiresAt || token.expiresAt.getTime() > now()) ? token : null;
    },
    validTokens: async (hashes: string[]): Promise<Set<string>> => {
      const found = await tokens
        .find({ _id: { $in: hashes } }, { projection: { expiresAt: 1 } })
        .toArray();
      const good = found.filter(({ expiresAt }) => !expiresAt || expiresAt.getTime() > now());
      return new Set(good.map((token) => token._id));
    },
    touchToken: (hash: string, set: { usedAt: number; expiresAt?: Date }) =>
      tokens.updateOne({ _id: hash }, { $set: set }),
    removeToken: async (hash: string, app?: string): Promise<void> => {
      const { deletedCount } = await tokens.deleteOne({ _id: hash, ...(app && { app }) });
      if (deletedCount > 0) ended({ tokens: [hash] });
    },
    tokensOf: (account: string) =>
      tokens.find({ account }).sort({ account: 1, kind: 1, createdAt: -1 }).limit(200).toArray(),
    /** False where there is none. */
    removeTokenOf: async (account: string, publicId: string): Promise<boolean> => {
      const removed = await tokens.findOneAndDelete({ account, publicId });
      if (removed) ended({ tokens: [removed._id] });
      return removed !== null;
    },
    removeTokensOf: async (account: string): Promise<void> => {
      await tokens.deleteMany({ account });
      ended({ accounts: [account] });
    },

    addCode: (code: AuthCode) => codes.insertOne(code),
    /** A code works once, whatever comes of it. */
    takeCode: (hash: string) => codes.findOneAndDelete({ _id: hash, expiresAt: alive() }),

    addInvitation: (invitation: Invitation) => invitations.insertOne(invitation),
    invitation: (codeHash: string) =>
      invitations.findOne({ codeHash, usesLeft: { $gt: 0 }, expiresAt: alive() }),
    takeInvitation: (codeHash: string) =>
      invitations.findOneAndUpdate(
        { codeHash, usesLeft: { $gt: 0 }, expiresAt: alive() },
        { $inc: { usesLeft: -1, used: 1 } },
      ),
    giveInvitationBack: (codeHash: string) =>
      invitations.updateOne({ codeHash }, { $inc: { usesLeft: 1, used: -1 } }),
    invitations: (page: IdPage) => readIdPage(invitations, {}, page),
    removeInvitation: (id: string) => invitations.deleteOne({ _id: id }),

    addLink: (link: SignInLink) => links.insertOne(link),
    link: (hash: string) => links.findOne({ _id: hash, expiresAt: alive() }),
    takeLink: (hash: string) => links.findOneAndDelete({ _id: hash, expiresAt: alive() }),
  };
}

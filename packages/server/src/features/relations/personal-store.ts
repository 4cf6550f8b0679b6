/** What only one person sees of others: hosts they hide, people they recommend. */
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';

export type HiddenDomain = { _id: string; account: string; domain: string };
export type Endorsement = { _id: string; account: string; target: string };

export const personalIndexes: IndexSpec[] = [
  {
    collection: 'hidden_domains',
    name: 'hidden_domains_once',
    key: { account: 1, domain: 1 },
    unique: true,
  },
  { collection: 'hidden_domains', name: 'hidden_domains_mine', key: { account: 1, _id: -1 } },
  {
    collection: 'endorsements',
    name: 'endorsements_once',
    key: { account: 1, target: 1 },
    unique: true,
  },
  {
    collection: 'dismissed_suggestions',
    name: 'dismissed_suggestions_once',
    key: { account: 1, target: 1 },
    unique: true,
  },
  { collection: 'endorsements', name: 'endorsements_mine', key: { account: 1, _id: -1 } },
  { collection: 'endorsements', name: 'endorsements_target', key: { target: 1 } },
];

/** Hosts that one person can hide. */
const MOST_DOMAINS = 1000;

export type PersonalStore = ReturnType<typeof createPersonalStore>;

export function createPersonalStore(mongo: Mongo) {
  const domains = mongo.collection<HiddenDomain>('hidden_domains');
  const dismissed = mongo.collection<Endorsement>('dismissed_suggestions');
  const endorsements = mongo.collection<Endorsement>('endorsements');

  async function once(insert: () => Promise<unknown>): Promise<void> {
    try {
      await insert();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  return {
    hideDomain: (row: HiddenDomain) => once(() => domains.insertOne(row)),
    showDomain: (account: string, domain: string) => domains.deleteOne({ account, domain }),
    domainsOf: async (account: string): Promise<Set<string>> => {
      const rows = await domains.find({ account }).limit(MOST_DOMAINS).toArray();
      return new Set(rows.map((row) => row.domain));
    },
    /** Of these people, those who hide this host. */
    hidingAmong: async (accounts: string[], domain: string): Promise<string[]> => {
      const rows = await domains.find({ account: { $in: accounts }, domain }).toArray();
      return rows.map((row) => row.account);
    },
    countDomains: (account: string) => domains.countDocuments({ account }),
    domainPage: (account: string, page: IdPage) => readIdPage(domains, { account }, page),
    mostDomains: MOST_DOMAINS,

    endorse: (row: Endorsement) => once(() => endorsements.insertOne(row)),
    unendorse: (account: string, target: string) => endorsements.deleteOne({ account, target }),
    endorsedAmong: async (account: string, targets: string[]): Promise<Set<string>> => {
      const rows = await endorsements.find({ account, target: { $in: targets } }).toArray();
      return new Set(rows.map((row) => row.target));
    },
    endorsementPage: (account: string, page: IdPage) => readIdPage(endorsements, { account }, page),
    /** Somebody does not want this person suggested. */
    dismiss: (row: Endorsement) => once(() => dismissed.insertOne(row)),
    dismissedAmong: async (account: string, targets: string[]): Promise<Set<string>> => {
      const rows = await dismissed.find({ account, target: { $in: targets } }).toArray();
      return new Set(rows.map((row) => row.target));
    },
    removeOf: async (account: string): Promise<void> => {
      await domains.deleteMany({ account });
      await dismissed.deleteMany({ account });
      await endorsements.deleteMany({ account });
      await endorsements.deleteMany({ target: account });
    },
  };
}

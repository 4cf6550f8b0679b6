/** Every bound on what we fetch without being asked to, in one place; the tests go to them. */
export const FETCH_LIMITS = {
  /** A profile that was looked at longer ago is looked at again, when its person does something. */
  profileStaleMs: 24 * 3600_000,
  /** The same profile, on one process. */
  profileEveryMs: 3600_000,
  /** The same thread, on one process. */
  threadEveryMs: 10 * 60_000,
  /** What a comment answers is usually under way: it is asked for when it has not come by then. */
  parentDelayMs: 3_000,
  /** Jobs at once, and jobs that start at one host in a minute, over all processes. */
  jobs: 2,
  jobsPerHostPerMinute: 30,
  /** Of one thread: steps upwards, levels downwards, documents in all and of one host, pages of one collection. */
  parents: 20,
  levels: 6,
  documents: 100,
  documentsPerHost: 40,
  pages: 5,
  threadMs: 60_000,
} as const;

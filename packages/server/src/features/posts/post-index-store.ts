/** The indexes of posts: every query of the stores here has one. */
import type { IndexSpec } from '../../platform/mongo.ts';

export const postIndexes: IndexSpec[] = [
  { collection: 'posts', name: 'posts_iri', key: { iri: 1 }, unique: true },
  { collection: 'posts', name: 'posts_url', key: { url: 1 } },
  { collection: 'posts', name: 'posts_feed', key: { feed: 1, _id: -1 }, sparse: true },
  {
    collection: 'posts',
    name: 'posts_conversation',
    key: { conversation: 1, _id: -1 },
    partialFilterExpression: { conversation: { $gt: '' } },
  },
  { collection: 'posts', name: 'posts_group', key: { group: 1 }, sparse: true },
  { collection: 'posts', name: 'posts_streams', key: { streams: 1, _id: -1 } },
  { collection: 'posts', name: 'posts_author', key: { author: 1, _id: -1 } },
  {
    collection: 'posts',
    name: 'posts_root',
    key: { root: 1, _id: 1 },
    partialFilterExpression: { root: { $gt: '' } },
  },
  {
    collection: 'posts',
    name: 'posts_answers',
    key: { inReplyTo: 1, _id: 1 },
    partialFilterExpression: { inReplyTo: { $gt: '' } },
  },
  { collection: 'posts', name: 'posts_orphans', key: { orphanOf: 1 }, sparse: true },
  {
    collection: 'posts',
    name: 'posts_must_read',
    key: { feed: 1, _id: -1 },
    partialFilterExpression: { mustRead: true },
  },
  { collection: 'posts', name: 'posts_poll_due', key: { pollDueAt: 1 }, sparse: true },
  { collection: 'posts', name: 'posts_counted', key: { countedIn: 1 }, sparse: true },
  {
    collection: 'posts',
    name: 'posts_shares',
    key: { shareOf: 1, _id: -1 },
    partialFilterExpression: { shareOf: { $gt: '' } },
  },
  {
    collection: 'posts',
    name: 'posts_quotes',
    key: { 'quote.post': 1, _id: -1 },
    partialFilterExpression: { 'quote.post': { $gt: '' } },
  },
  { collection: 'posts', name: 'posts_quote_stamp', key: { 'quote.stamp': 1 }, sparse: true },
  {
    collection: 'posts',
    name: 'posts_expiry',
    key: { expiresAt: 1 },
    sparse: true,
    expireAfterSeconds: 0,
  },
  {
    collection: 'posts',
    name: 'posts_pinned',
    key: { author: 1, pinnedAt: -1 },
    partialFilterExpression: { pinnedAt: { $gt: 0 } },
  },
  {
    collection: 'posts',
    name: 'posts_share_once',
    key: { author: 1, shareOf: 1 },
    unique: true,
    partialFilterExpression: { shareOf: { $gt: '' } },
  },
  {
    collection: 'posts',
    name: 'posts_idempotency',
    key: { author: 1, idempotencyKey: 1 },
    unique: true,
    partialFilterExpression: { idempotencyKey: { $gt: '' } },
  },
];

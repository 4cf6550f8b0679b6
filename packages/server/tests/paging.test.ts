/** Every list read on by its `Link` header: forwards to its end, back to its beginning, nothing twice, nothing left out. */
import test from 'ava';
import type { AnyJson } from './support/boot.ts';
import { type Person, withMembers } from './support/members.ts';

const { app, people, ok, call, say, group, settled, handle } = withMembers(test);
const BASE = '/api/mitoyen/v1';
const SIZE = 5;

type Seed = { ann: Person; ids: Record<string, string> };

/** Five of everything, of ann. */
async function seed(): Promise<Seed> {
  const ann = await app().person('ann', { role: 'admin' });
  const others = (await people('ana', 'bea', 'cid', 'dov', 'eli')) as Person[];
  const locked = (await people('lea'))[0] as Person;
  const inner = await group(ann, 'inner');
  const post = await say(ann, 'words to find for all', { visibility: 'company' });
  const open = await say(ann, 'for everybody');
  const list = (await ok(ann, 'POST', '/api/v1/lists', { title: 'Five' })).id;
  const event = await say(ann, 'come', {
    visibility: 'company',
    event: { title: 'Fair', starts_at: new Date(Date.now() + 86_400_000).toISOString() },
  });
  await ok(ann, 'PATCH', '/api/v1/accounts/update_credentials', { locked: false });
  await ok(locked, 'PATCH', '/api/v1/accounts/update_credentials', { locked: true });
  await settled();
  for (const [index, one] of others.entries()) {
    const { _id: id } = one.account;
    await ok(ann, 'POST', `/api/v1/tags/works${index}/follow`);
    await ok(ann, 'POST', `/api/v1/accounts/${id}/follow`);
    await ok(one, 'POST', `/api/v1/accounts/${ann.account._id}/follow`);
    await ok(one, 'POST', `/api/v1/accounts/${locked.account._id}/follow`);
    await ok(ann, 'POST', `/api/v1/accounts/${id}/endorse`);
    await ok(ann, 'POST', `/api/v1/domain_blocks`, { domain: `quiet${index}.example` });
    await ok(ann, 'POST', `/api/v1/lists/${list}/accounts`, { account_ids: [id] });
    await ok(one, 'POST', `${BASE}/groups/${inner}/join`);
    await group(ann, `room${index}`);
    const about = await say(ann, `a story ${index}`, { group_id: inner, media_ids: await file() });
    await ok(ann, 'POST', `/api/v1/statuses/${about.id}/bookmark`);
    await ok(ann, 'POST', `/api/v1/statuses/${about.id}/favourite`);
    await ok(one, 'POST', `/api/v1/statuses/${open.id}/favourite`);
    await ok(one, 'POST', `/api/v1/statuses/${open.id}/reblog`);
    await say(one, `${handle(locked)} a word`, { visibility: 'direct' });
    await ok(ann, 'POST', '/api/v1/statuses', {
      status: `later ${index}`,
      scheduled_at: new Date(Date.now() + 3_600_000 * (index + 1)).toISOString(),
    });
    await say(one, `must ${index}`, { visibility: 'company' });
    await ok(one, 'POST', `${BASE}/statuses/seen`, { ids: [post.id] });
    await ok(one, 'POST', `${BASE}/events/${event.id}/answer`, { answer: 'going' });
    await ok(ann, 'POST', `${BASE}/invitations`, { note: `for ${index}` });
    await ok(one, 'POST', '/api/v1/reports', { account_id: ann.account._id });
    await ok(ann, 'POST', `${BASE}/admin/domain_blocks`, { domain: `bad${index}.example` });
  }
  const duty = await say(ann, 'fire drill', { visibility: 'company', must_read: true });
  for (let index = 1; index < SIZE; index += 1)
    await say(ann, `drill ${index}`, { visibility: 'company', must_read: true });
  for (const one of others) await ok(one, 'POST', `${BASE}/statuses/${duty.id}/acknowledge`);
  await settled();
  const shy = (await people('shy'))[0] as Person;
  await ok(shy, 'PATCH', '/api/v2/notifications/policy', { for_not_following: 'filter' });
  for (const one of others) await say(one, `${handle(shy)} hello`);
  await settled();
  for (const one of others) {
    await ok(locked, 'POST', `/api/v1/accounts/${one.account._id}/mute`);
    await ok(shy, 'POST', `/api/v1/accounts/${one.account._id}/block`);
  }
  await settled();
  return {
    ann,
    ids: {
      ...{ ann: ann.account._id, inner, post: post.id, open: open.id, list, event: event.id },
      ...{ duty: duty.id, locked: locked.token, shy: shy.token },
    },
  };

  async function file(): Promise<string[]> {
    const body = new FormData();
    body.set('file', new Blob(['%PDF-1.4 a report'], { type: 'application/pdf' }), 'report.pdf');
    return [(await ok(ann, 'POST', '/api/v2/media', body)).id];
  }
}

/**
 * Lists by path, who reads them, and where the rows are. `only`: not to be read back; `once`: a post that
 * several people shared is shown once on each page.
 */
type Walk = {
  path: string;
  by?: 'locked' | 'shy';
  rows?: (json: AnyJson) => AnyJson[];
  only?: 'next';
  once?: boolean;
};
const walks = ({ ids }: Seed): Walk[] => [
  { path: '/api/v1/timelines/home', once: true },
  { path: '/api/v1/timelines/public' },
  { path: `/api/v1/timelines/group/${ids.inner}` },
  { path: `/api/v1/timelines/list/${ids.list}`, once: true },
  { path: `/api/v1/accounts/${ids.ann}/statuses` },
  { path: `/api/v1/accounts/${ids.ann}/followers` },
  { path: `/api/v1/accounts/${ids.ann}/following` },
  { path: `/api/v1/accounts/${ids.inner}/followers` },
  { path: `/api/v1/accounts/${ids.inner}/statuses` },
  { path: `/api/v1/statuses/${ids.open}/favourited_by` },
  { path: `/api/v1/statuses/${ids.open}/reblogged_by` },
  { path: `/api/v1/lists/${ids.list}/accounts` },
  { path: '/api/v1/favourites' },
  { path: '/api/v1/bookmarks' },
  { path: '/api/v1/followed_tags' },
  { path: '/api/v1/endorsements' },
  { path: '/api/v1/domain_blocks' },
  { path: '/api/v1/scheduled_statuses' },
  { path: '/api/v1/notifications' },
  { path: '/api/v1/conversations', by: 'locked' },
  { path: '/api/v1/follow_requests', by: 'locked' },
  { path: '/api/v1/mutes', by: 'locked' },
  { path: '/api/v1/blocks', by: 'shy' },
  { path: '/api/v1/notifications/requests', by: 'shy' },
  { path: `${BASE}/groups` },
  { path: `${BASE}/groups?filter=mine` },
  { path: `${BASE}/groups/${ids.inner}/members` },
  { path: `${BASE}/groups/${ids.inner}/posts` },
  { path: `${BASE}/groups/${ids.inner}/files`, only: 'next' },
  { path: `${BASE}/search?q=story&type=posts`, only: 'next', rows: (json) => json.posts },
  { path: `${BASE}/must_read`, by: 'locked' },
  { path: `${BASE}/statuses/${ids.duty}/acknowledgements`, rows: (json) => json.readers },
  { path: `${BASE}/statuses/${ids.post}/seen_by`, rows: (json) => json.readers },
  { path: `${BASE}/events/${ids.event}/people` },
  { path: `${BASE}/invitations` },
  { path: `${BASE}/admin/reports` },
  { path: `${BASE}/admin/domain_blocks` },
];

function linkOf(answer: { headers: Headers }, rel: string): string | null {
  const link = answer.headers.get('link') ?? '';
  return new RegExp(`<([^>]+)>; rel="${rel}"`).exec(link)?.[1] ?? null;
}
const keyOf = (row: AnyJson): string =>
  typeof row === 'string' ? row : (row.id ?? row.status_id ?? row.account?.id ?? row.name);

test('a Link walk reads every list once, forwards and back', async (t) => {
  const seeded = await seed();
  const wrong: string[] = [];
  for (const { path, by, rows = (json: AnyJson) => json, only, once } of walks(seeded)) {
    const token = by ? (seeded.ids[by] as string) : seeded.ann.token;
    const read = async (url: string) => {
      const answer = await app().request('GET', url, { token });
      if (answer.status !== 200) throw new Error(`${url}: ${answer.text}`);
      return { answer, keys: rows(answer.json).map(keyOf) as string[] };
    };
    const separator = path.includes('?') ? '&' : '?';
    const whole = (await read(`${path}${separator}limit=40`)).keys;
    const same = (keys: string[]) =>
      once ? whole.every((key) => keys.includes(key)) : keys.join() === whole.join();
    const forwards: string[] = [];
    let url: string | null = `${path}${separator}limit=2`;
    let last = url;
    for (let round = 0; url && round < 40; round += 1) {
      last = url;
      const { answer, keys } = await read(url);
      forwards.push(...keys);
      url = linkOf(answer, 'next');
    }
    if (!same(forwards)) wrong.push(`${path}: ${forwards.length} of ${whole.length}`);
    if (whole.length < SIZE) wrong.push(`${path}: only ${whole.length}`);
    if (only === 'next') continue;
    let { answer, keys: back } = await read(last);
    if (back.length === 0) {
      // The last page was full, and nothing came after it.
      ({ answer, keys: back } = await read(`${path}${separator}limit=2&min_id=0`));
    }
    for (let round = 0; round < 40; round += 1) {
      const previous = linkOf(answer, 'prev');
      if (!previous) break;
      const page = await read(previous);
      if (page.keys.length === 0) break;
      back = [...page.keys, ...back];
      answer = page.answer;
    }
    if (!same(back)) wrong.push(`${path}: back ${back.length} of ${whole.length}`);
  }
  t.deepEqual(wrong, []);
  t.is((await call(seeded.ann, 'GET', '/api/v1/followed_tags?min_id=x&limit=1')).status, 200);
});

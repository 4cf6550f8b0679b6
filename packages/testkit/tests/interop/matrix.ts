/**
 * Which feature works with which software: what is claimed in docs/federation.md, and the
 * recorded files and requirements that show it.
 */
import { stories as friendica } from './friendica-stories.ts';
import { stories as gnusocial } from './gnusocial-stories.ts';
import { stories as lemmy } from './lemmy-stories.ts';
import { stories as lotide } from './lotide-stories.ts';
import { stories as mastodon } from './mastodon-stories.ts';
import { stories as mobilizon } from './mobilizon-stories.ts';
import { stories as peertube } from './peertube-stories.ts';
import { type Kind, requirements } from './requirements.ts';
import type { Expected } from './tell.ts';

export const SOFTWARE: Record<string, Expected[]> = {
  Mastodon: mastodon,
  Lemmy: lemmy,
  Friendica: friendica,
  Mobilizon: mobilizon,
  PeerTube: peertube,
  'GNU social': gnusocial,
  lotide,
};

type Feature = {
  name: string;
  /** Files whose application shows that we take it. */
  taken: RegExp;
  /** What of ours they take. */
  sent?: Kind[];
  /** Only stories in which this holds. */
  where?: (story: Expected) => boolean;
};

const inOurGroup = (story: Expected) => story.sees?.inGroup === true && !story.relayedBy;
const isRelayed = (story: Expected) => story.relayedBy !== undefined;

export const FEATURES: Feature[] = [
  { name: 'Profiles', taken: /objects\/person/, sent: ['person'] },
  { name: 'Group profiles', taken: /objects\/group|update_community/, sent: ['group'] },
  {
    name: 'Public posts',
    taken: /note|page|article/,
    sent: ['post'],
    where: (story) =>
      story.sees !== undefined &&
      !story.sees.inGroup &&
      !story.sees.card &&
      story.sees.visibility !== 'direct',
  },
  {
    name: 'Posts in a group of ours',
    taken: /page|note/,
    sent: ['announce', 'share'],
    where: inOurGroup,
  },
  {
    name: 'Posts in a group of theirs',
    taken: /page|announce/,
    sent: ['createInGroup'],
    where: (story) => isRelayed(story) || /announce/.test(story.file),
  },
  { name: 'Articles', taken: /article/, sent: ['article'] },
  { name: 'Comments', taken: /comment|create_note|objects\/note/, sent: ['comment'] },
  { name: 'Direct messages', taken: /private_message/, sent: ['message'] },
  { name: 'Polls', taken: /question/, sent: ['poll'] },
  { name: 'Follows and joining', taken: /follow\.json|\/follow/, sent: ['accept'] },
  { name: 'Likes', taken: /\/like_/, sent: ['like'] },
  { name: 'Taking back', taken: /undo_(like|follow)/, sent: ['undo'] },
  { name: 'Edits', taken: /update_(page|note)/, sent: ['update'] },
  { name: 'Deletions', taken: /delete|tombstone/, sent: ['delete'] },
  { name: 'Moderators of groups', taken: /remove_note|add_mod|add_featured/ },
  { name: 'Reports', taken: /flag|report_page/, sent: ['report'] },
  { name: 'Events', taken: /event/, sent: ['event'] },
  { name: 'Videos', taken: /video/ },
];

/** `in`: we take theirs, as a card where so shown; `out`: theirs takes ours. Empty where neither is shown. */
export function cell(feature: Feature, software: string): string {
  const shown = (SOFTWARE[software] ?? []).filter(
    (story) =>
      feature.taken.test(story.file) &&
      story.outcome.startsWith('applied') &&
      (feature.where?.(story) ?? true),
  );
  const isCard = shown.some((story) => story.sees?.card);
  const taken = shown.length > 0 ? [isCard ? 'in (card)' : 'in'] : [];
  const sent = feature.sent?.some((kind) => requirements[software]?.[kind]) ? ['out'] : [];
  return [...taken, ...sent].join(', ');
}

/** Rows of cells, the heading first. */
export function matrix(): string[][] {
  const names = Object.keys(SOFTWARE);
  return [
    ['', ...names],
    ...FEATURES.map((feature) => [feature.name, ...names.map((name) => cell(feature, name))]),
  ];
}

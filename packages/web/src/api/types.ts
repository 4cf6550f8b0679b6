/** What the client reads of the API's answers (Mastodon's shapes and our `mitoyen` parts). */
export type CustomEmoji = {
  shortcode: string;
  url: string;
  visible_in_picker?: boolean;
  category?: string | null;
};
export type Role = 'admin' | 'moderator' | 'member' | 'guest';
export type Account = {
  id: string;
  username: string;
  acct: string;
  url: string;
  display_name: string;
  note: string;
  avatar: string;
  header: string;
  group: boolean;
  bot: boolean;
  locked: boolean;
  created_at: string;
  followers_count: number;
  following_count: number;
  statuses_count: number;
  fields: { name: string; value: string }[];
  emojis?: CustomEmoji[];
  suspended?: boolean;
  /** Silenced: heard by followers alone. */
  limited?: boolean;
  mitoyen?: {
    kind: string;
    role: Role | null;
    company: string | null;
    /** Of oneself: whether the first visit is over. */
    welcomed?: boolean;
  };
  source?: {
    note: string;
    language: string | null;
    fields: { name: string; value: string }[];
    follow_requests_count: number;
  };
};

export type Attachment = {
  id: string;
  type: 'image' | 'video' | 'gifv' | 'audio' | 'unknown';
  url: string | null;
  preview_url: string | null;
  remote_url?: string | null;
  description: string | null;
  blurhash: string | null;
  meta?: {
    original?: { width?: number; height?: number; duration?: number };
    focus?: { x: number; y: number };
  } | null;
  mitoyen?: { name?: string | null; bytes?: number | null };
};

export type Reaction = { name: string; count: number; me: boolean; url?: string };
export type GroupAccess = 'open' | 'closed' | 'secret';
export type Audience = 'public' | 'unlisted' | 'followers' | 'company' | 'group' | 'direct';

export type Poll = {
  id: string;
  expires_at: string | null;
  expired: boolean;
  multiple: boolean;
  votes_count: number;
  voters_count: number | null;
  voted?: boolean;
  own_votes?: number[];
  options: { title: string; votes_count: number | null }[];
};

export type Status = {
  id: string;
  url: string | null;
  created_at: string;
  edited_at: string | null;
  account: Account;
  content: string;
  language?: string | null;
  spoiler_text: string;
  sensitive: boolean;
  visibility: string;
  media_attachments: Attachment[];
  mentions: { id: string; username: string; url: string; acct: string }[];
  tags: { name: string; url: string }[];
  emojis?: CustomEmoji[];
  replies_count: number;
  reblogs_count: number;
  favourites_count: number;
  in_reply_to_id: string | null;
  reblog: Status | null;
  /** Of a quoted post's own quote, only the id. */
  quote?: { state: string; quoted_status?: Status | null } | null;
  quote_approval?: { current_user: 'automatic' | 'manual' | 'denied' | 'unknown' };
  poll: Poll | null;
  favourited?: boolean;
  reblogged?: boolean;
  bookmarked?: boolean;
  muted?: boolean;
  /** Of one's own: at the top of one's profile. */
  pinned?: boolean;
  filtered?: {
    filter: { title: string; context: string[]; filter_action: 'warn' | 'hide' | 'blur' };
  }[];
  mitoyen?: {
    audience: Audience;
    title: string | null;
    group: { id: string; name: string; acct: string; access: GroupAccess } | null;
    conversation_id: string | null;
    root_id: string | null;
    /** Of a message in a group chat: what it changed of it. */
    talk?: {
      name: string | null;
      change: 'made' | 'named' | 'added' | 'left' | null;
      people: Account[];
    } | null;
    /** What is stored here of a post in a group elsewhere. */
    copy?: 'none' | 'headers' | 'full';
    reactions: Reaction[];
    event?: {
      title: string;
      starts_at: string;
      ends_at: string | null;
      time_zone: string | null;
      location: string | null;
      url: string | null;
      capacity: number | null;
      join_mode: 'free' | 'restricted' | 'external' | 'none';
      cancelled: boolean;
      description: string;
      going_count: number;
      maybe_count: number;
      my_answer: 'going' | 'maybe' | 'declined' | null;
      my_answer_state: 'accepted' | 'asked' | 'rejected' | null;
    } | null;
    praise?: {
      badge: 'thanks' | 'teamwork' | 'great_work' | 'idea' | 'help' | 'milestone';
      emoji: string;
      people: Account[];
      /** The text without badge and names, which `content` begins with. */
      text: string;
    } | null;
    must_read?: { acknowledged: boolean; acknowledged_count: number; mine: boolean } | null;
  };
};

export type Company = { host: string; name: string };
export type GroupRole = 'admin' | 'moderator' | 'member';
export type Group = {
  id: string;
  name: string;
  username: string;
  handle: string;
  uri: string;
  access: GroupAccess;
  /** It can be read, and nobody posts in it. */
  archived?: boolean;
  description: string;
  avatar: string | null;
  header: string | null;
  local: boolean;
  home: Company;
  posting_restricted: boolean;
  partners: 'all' | string[] | null;
  members_count: number | null;
  companies: Company[] | null;
  membership: { state: 'member' | 'invited' | 'requested'; role: GroupRole } | null;
  created_at: string;
};
export type Member = {
  id: string;
  account: Account;
  state: string;
  role: GroupRole;
  created_at: string;
};

export type Conversation = {
  id: string;
  unread: boolean;
  accounts: Account[];
  last_status: Status | null;
  mitoyen?: { group_chat: boolean; name: string | null; unread_count?: number };
};

export type Instance = {
  domain: string;
  title: string;
  version: string;
  description: string;
  usage: { users: { active_month: number } };
  configuration: {
    urls: { streaming?: string };
    vapid?: { public_key: string };
    statuses: { max_characters: number; max_media_attachments: number };
    media_attachments: { supported_mime_types: string[]; description_limit: number };
    polls: { max_options: number };
    translation?: { enabled: boolean };
  };
};

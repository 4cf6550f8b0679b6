/** What other features may ask of the emojis feature. */

/** A Mastodon `CustomEmoji` entity. */
export type EmojiView = {
  shortcode: string;
  url: string;
  static_url: string;
  visible_in_picker: boolean;
  category: string | null;
};

/** As posts carry it to other servers. */
export type WireEmoji = { id: string; name: string; url: string; updated: string };

export type Emojis = {
  /** Of these names (without colons), those that are emojis here. */
  named: (shortcodes: string[]) => Promise<Map<string, EmojiView>>;
  /** Keeps pictures of another server's emojis, by what it says they are; names with or without colons. */
  remember: (
    owner: string,
    told: { name: string; url: string }[],
  ) => Promise<{ shortcode: string; media: string }[]>;
  wire: (shortcodes: string[]) => Promise<WireEmoji[]>;
};

/** Pictures: what other features may ask of the media feature. */
export type MediaState = 'processing' | 'ready' | 'failed' | 'remote';

export type Media = {
  _id: string;
  owner: string;
  state: MediaState;
  /** 'attachment', 'avatar', 'header' */
  purpose: 'attachment' | 'avatar' | 'header';
  mediaType: string;
  alt: string;
  focus: { x: number; y: number };
  blurhash?: string;
  width?: number;
  height?: number;
  bytes?: number;
  /** Blob keys by size. */
  files: Partial<
    Record<'original' | 'small', { key: string; width: number; height: number; mediaType: string }>
  >;
  /** Of remote pictures: the origin. */
  remoteUrl?: string;
  /** The post or account that uses it; unattached uploads expire. */
  attachedTo?: string;
  failure?: string;
  createdAt: number;
};

/** A Mastodon `MediaAttachment` entity. */
export type MediaView = { id: string; type: string; url: string | null } & Record<string, unknown>;

export type MediaLibrary = {
  getMany: (ids: string[]) => Promise<Media[]>;
  /** Claims uploads of this person for a post; AppError if one is missing, foreign, used or not ready. */
  attach: (ids: string[], owner: string, post: string) => Promise<Media[]>;
  /** Records remote pictures (fetched lazily by a job through the safe client); returns media ids. Idempotent per (owner, url). */
  remember: (
    owner: string,
    pictures: {
      url: string;
      mediaType: string;
      alt: string;
      blurhash?: string;
      width?: number;
      height?: number;
      focus?: { x: number; y: number };
      purpose: Media['purpose'];
    }[],
  ) => Promise<string[]>;
  /** Processes bytes into avatar/header at once (upload in a profile form). */
  importImage: (bytes: Buffer, owner: string, purpose: Media['purpose']) => Promise<Media>;
  present: (ids: string[]) => Promise<Map<string, MediaView>>;
  /** Public URL on our origin for a picture (or null while it is not there). */
  urlOf: (media: Media, size: 'original' | 'small') => string | null;
  removeOf: (filter: { attachedTo?: string; owner?: string; host?: string }) => Promise<number>;
};

/** Pictures, videos, sound and documents: what other features may ask of the media feature. */
import type { UploadedFile } from '../../platform/http/body.ts';
import type { RecordingKind } from './recording.ts';

export type MediaState =
  /** Uploaded, being re-encoded. */
  | 'processing'
  | 'ready'
  | 'failed'
  /** Known by its origin's address; fetched when first looked at. */
  | 'remote'
  /** Its files are being deleted; the document goes last. */
  | 'removing';

export type Purpose = 'attachment' | 'avatar' | 'header' | 'emoji';
export type PictureSize = 'original' | 'small';
/** What it is to those who look at it. */
export type MediaKind = 'image' | 'document' | RecordingKind;
/** Documents have no size in pixels. */
export type StoredFile = { key: string; width?: number; height?: number; mediaType: string };

export type Media = {
  _id: string;
  owner: string;
  state: MediaState;
  purpose: Purpose;
  /** Absent: an image. */
  kind?: MediaKind;
  mediaType: string;
  /** Of documents: the name that it is saved under. */
  title?: string;
  alt: string;
  focus: { x: number; y: number };
  blurhash?: string;
  width?: number;
  height?: number;
  bytes?: number;
  /** Of videos and sound. */
  seconds?: number;
  frameRate?: number;
  bitrate?: number;
  /** 128 random bits: the file name of its public address, which nobody can guess. */
  name: string;
  /** Blob keys by size. */
  files: Partial<Record<PictureSize, StoredFile>>;
  /** Blob key of the bytes as uploaded, until they are processed. */
  uploadKey?: string;
  /** Of remote pictures: the origin, and its host. */
  remoteUrl?: string;
  remoteHost?: string;
  /** Of remote pictures: when somebody last looked (kept to the day), and when a failed fetch may be tried again. */
  seenAt?: number;
  retryAt?: number;
  /** Its owner is suspended: neither fetched nor served. */
  withheld?: boolean;
  /** Shown in a post that anybody may read: its file has a plain address. */
  open?: boolean;
  /** The post or account that uses it; unattached uploads expire. */
  attachedTo?: string;
  expiresAt?: number;
  /** When its post was deleted: links that were given out before end there. */
  freedAt?: number;
  /** How often processing was begun: what breaks the worker is not tried for ever. */
  attempts: number;
  /** When processing was last asked for. */
  queuedAt?: number;
  failure?: string;
  createdAt: number;
};

/** A remote picture as its post or profile describes it. */
export type RemotePicture = {
  url: string;
  mediaType: string;
  alt: string;
  blurhash?: string;
  width?: number;
  height?: number;
  focus?: { x: number; y: number };
  purpose: Purpose;
  /** Whether anybody may see it. */
  open?: boolean;
};

/** What its owner says of a file. */
export type About = { alt: string; focus: { x: number; y: number } };

/** A Mastodon `MediaAttachment` entity. */
export type MediaView = { id: string; type: string; url: string | null } & Record<string, unknown>;

export type MediaLibrary = {
  getMany: (ids: string[]) => Promise<Media[]>;
  /**
   * Claims uploads of this person for a post; AppError if one is missing, foreign, used or not ready.
   * `open`: anybody may read the post.
   */
  attach: (ids: string[], owner: string, post: string, open?: boolean) => Promise<Media[]>;
  /** Their post is not for anybody any more: they have no plain addresses from now on. */
  close: (ids: string[]) => Promise<void>;
  /** Frees uploads that were claimed for this post; unclaimed again, they expire after an hour. */
  release: (ids: string[], post: string) => Promise<void>;
  /**
   * Keeps the files of a deleted post for its author to use again, for an hour; nobody who had
   * a link reads them any more.
   */
  free: (post: string) => Promise<void>;
  /** Changes the description or focus of pictures that this person shows in this post. */
  describe: (
    post: { id: string; owner: string },
    changes: { id: string; alt?: string; focus?: { x: number; y: number } }[],
  ) => Promise<void>;
  /** Records remote pictures (fetched lazily by a job through the safe client); returns media ids. Idempotent per (owner, url). */
  remember: (owner: string, pictures: RemotePicture[]) => Promise<string[]>;
  /** Processes bytes into avatar/header at once (upload in a profile form). */
  importImage: (bytes: Buffer, owner: string, purpose: Purpose) => Promise<Media>;
  /** Takes a file of a person for a post to come; `present` tells when it is processed. */
  accept: (file: UploadedFile, owner: string, about: About) => Promise<Media>;
  /** The media types of files that may be sent. */
  takenTypes: () => string[];
  /** Whether an attachment of another server is shown: by the type that it claims. */
  keeps: (claimed: string) => boolean;
  /** Bytes of the largest file that may be taken. */
  maxUploadBytes: () => number;
  /** Counts one upload of the person; AppError where it is one too many for this hour. */
  countUpload: (owner: string) => Promise<void>;
  /** The description and the focal point as text; AppError for what cannot be used. */
  readAbout: (fields: { description?: string; focus?: string }) => About;
  present: (ids: string[]) => Promise<Map<string, MediaView>>;
  /**
   * URL on our origin for a picture, or null while it is not there. A remote picture has
   * one from the start: it is fetched when the URL is first opened. Signed and good for hours
   * where the picture is not for everybody.
   */
  urlOf: (media: Media, size: PictureSize) => string | null;
  /** The same for other servers that the post is sent to: good for long, and always the same. */
  wireUrlOf: (media: Media, size: PictureSize) => string | null;
  /** Signs links with a new key from now on; `forget`: those given out before end at once. */
  rotateLinkKey: (options: { forget: boolean }) => Promise<{ _id: string; createdAt: number }>;
  /** Deletes files that nothing names and that are older than a day. */
  cleanFiles: (options: { dryRun: boolean }) => Promise<{ files: number; bytes: number }>;
  /** Cached copies of a host's files. */
  countCopies: (host: string) => Promise<number>;
  /** Removes pictures and their files; `host`: cached copies from a host. */
  removeOf: (filter: {
    attachedTo?: string;
    owner?: string;
    host?: string;
    ids?: string[];
  }) => Promise<number>;
};

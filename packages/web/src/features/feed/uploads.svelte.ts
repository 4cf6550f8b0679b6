/** Files being added to a post: their progress, cancel, alternative texts and focal points. */
import { put, remove } from '../../api/http.ts';
import type { Attachment } from '../../api/types.ts';
import { type Upload, upload } from '../../api/upload.ts';
import type { DraftFile } from '../../stores/draft.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';

type Kind = 'image' | 'video' | 'audio' | 'file';
type Focus = { x: number; y: number };
type About = { name: string; kind: Kind; preview: string; bytes?: number };

const CENTRE: Focus = { x: 0, y: 0 };

export class Added {
  readonly key = crypto.randomUUID();
  readonly name: string;
  readonly kind: Kind;
  readonly preview: string;
  readonly bytes: number | null;
  progress = $state(0);
  /** There is no connection; it goes on when there is. */
  waiting = $state(false);
  media: Attachment | null = $state.raw(null);
  description = $state('');
  focus: Focus = $state.raw(CENTRE);
  upload: Upload | null = null;
  constructor({ name, kind, preview, bytes }: About) {
    this.name = name;
    this.kind = kind;
    this.preview = preview;
    this.bytes = bytes ?? null;
  }

  get changes(): { description?: string; focus?: string } | null {
    const known = this.media?.meta?.focus ?? CENTRE;
    const described = this.description !== (this.media?.description ?? '');
    const moved = known.x !== this.focus.x || known.y !== this.focus.y;
    if (!described && !moved) return null;
    return {
      ...(described && { description: this.description }),
      ...(moved && { focus: `${this.focus.x},${this.focus.y}` }),
    };
  }
}

export class Uploads {
  items: Added[] = $state.raw([]);
  get busy(): boolean {
    return this.items.some((one) => one.media === null);
  }
  get ids(): string[] {
    return this.items.flatMap((one) => one.media?.id ?? []);
  }

  add(files: Iterable<File>, most: number): void {
    for (const file of files) {
      if (this.items.length >= most) return;
      void this.#send(file);
    }
  }

  /** What a post that is being edited has already. */
  hold(media: Attachment[]): void {
    this.items = media.map((one) => {
      const added = new Added({
        name: one.mitoyen?.name ?? '',
        kind: one.type === 'unknown' ? 'file' : one.type === 'gifv' ? 'video' : one.type,
        preview: one.preview_url ?? one.url ?? '',
      });
      added.media = one;
      added.description = one.description ?? '';
      added.focus = one.meta?.focus ?? CENTRE;
      return added;
    });
  }

  /** As they are in a draft. */
  get drafts(): DraftFile[] {
    return this.items.flatMap(({ media, description, focus }) =>
      media ? [{ media, description, focus }] : [],
    );
  }

  resume(files: DraftFile[]): void {
    this.hold(files.map((one) => one.media));
    this.items.forEach((added, index) => {
      added.description = files[index]?.description ?? '';
      added.focus = files[index]?.focus ?? CENTRE;
    });
  }

  async #send(file: File): Promise<void> {
    const { name, size: bytes } = file;
    const added = new Added({
      name,
      bytes,
      kind: kindOf(file),
      preview: URL.createObjectURL(file),
    });
    this.items = [...this.items, added];
    added.upload = upload(
      file,
      (part) => {
        added.progress = part;
      },
      (waiting) => {
        added.waiting = waiting;
      },
    );
    try {
      added.media = await added.upload.done;
    } catch (error) {
      this.#drop(added);
      if (!(error instanceof DOMException)) say(errorText(error));
    }
  }

  cancel(added: Added): void {
    if (added.media) remove(`/api/v1/media/${added.media.id}`).catch(() => {});
    else added.upload?.cancel();
    this.#drop(added);
  }

  /** What the server does not know of them yet. */
  get changes(): { id: string; changes: Record<string, string> }[] {
    return this.items.flatMap(({ changes, media }) =>
      media && changes ? [{ id: media.id, changes }] : [],
    );
  }

  async describe(): Promise<void> {
    await Promise.all(this.changes.map(({ id, changes }) => put(`/api/v1/media/${id}`, changes)));
  }

  clear(): void {
    for (const one of this.items)
      if (one.preview.startsWith('blob:')) URL.revokeObjectURL(one.preview);
    this.items = [];
  }

  #drop(added: Added): void {
    if (added.preview.startsWith('blob:')) URL.revokeObjectURL(added.preview);
    this.items = this.items.filter((one) => one !== added);
  }
}

function kindOf(file: File): Kind {
  const [kind] = file.type.split('/');
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file';
}

/** Pictures being added to a post: their progress, cancel, and alternative texts. */
import { put, remove } from '../../api/http.ts';
import type { Attachment } from '../../api/types.ts';
import { type Upload, upload } from '../../api/upload.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';

export class Added {
  readonly key = crypto.randomUUID();
  readonly preview: string;
  readonly name: string;
  progress = $state(0);
  /** There is no connection; it goes on when there is. */
  waiting = $state(false);
  media: Attachment | null = $state.raw(null);
  description = $state('');
  upload: Upload | null = null;
  constructor(preview: string, name: string) {
    this.preview = preview;
    this.name = name;
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
      const added = new Added(one.preview_url ?? one.url ?? '', '');
      added.media = one;
      added.description = one.description ?? '';
      return added;
    });
  }

  async #send(file: File): Promise<void> {
    const added = new Added(URL.createObjectURL(file), file.name);
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

  async describe(): Promise<void> {
    const changed = this.items.filter(
      (one) => one.media && one.description !== (one.media.description ?? ''),
    );
    await Promise.all(
      changed.map((one) => put(`/api/v1/media/${one.media?.id}`, { description: one.description })),
    );
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

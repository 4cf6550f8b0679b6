/** The files of a group: what its posts carry, newest first. */
import type { Account, Attachment, Status } from '../../api/types.ts';

export type GroupFile = {
  id: string;
  name: string | null;
  file: Attachment;
  by: Account;
  at: string;
  post: string;
};

export function filesOf(statuses: Status[]): GroupFile[] {
  return statuses.flatMap((status) =>
    status.media_attachments.map((file) => ({
      id: file.id,
      name: file.mitoyen?.name ?? file.description,
      file,
      by: status.account,
      at: status.created_at,
      post: status.id,
    })),
  );
}

/** What the browser names a file that has no name of its own. */
export function downloadName({ name, file }: GroupFile): string {
  const ending = /\.[a-z0-9]{1,5}$/i.exec(URL.parse(file.url ?? '')?.pathname ?? '')?.[0] ?? '';
  const plain = (name ?? '').replace(/[\\/:*?"<>|\s]+/g, ' ').trim();
  if (plain === '') return `${file.type}-${file.id}${ending}`;
  return plain.toLowerCase().endsWith(ending.toLowerCase()) ? plain : `${plain}${ending}`;
}

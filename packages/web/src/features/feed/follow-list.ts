/** A list of posts that is told what comes, while its screen is open. */
import type { Status } from '../../api/types.ts';
import { followStream } from '../../stores/event-stream.ts';
import type { Paged } from '../../stores/paged.svelte.ts';
import { keep } from '../../stores/statuses.svelte.ts';

/** `stream`: as in the address of the API, "hashtag?tag=gates". Ends with what it gives back. */
export function followList(
  stream: string,
  list: Paged<string>,
  belongs: (status: Status) => boolean = () => true,
): () => void {
  const abort = new AbortController();
  void followStream(`/api/v1/streaming/${stream}`, {
    signal: abort.signal,
    onOpen: (again) => {
      if (again) void list.catchUp();
    },
    onEvent: (event, data) => {
      if (event !== 'update') return;
      const status = JSON.parse(data) as Status;
      if (belongs(status)) list.announce(keep(status));
    },
  });
  return () => abort.abort();
}

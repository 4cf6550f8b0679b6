/** Fetches a file with the header that makes the session good, and hands it to the browser to keep. */
import { CLIENT_HEADERS } from './http.ts';

const KEPT_MS = 60_000;

export async function keepFile(path: string, name: string): Promise<void> {
  const answer = await fetch(path, { headers: CLIENT_HEADERS });
  if (!answer.ok) throw new Error(answer.statusText);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

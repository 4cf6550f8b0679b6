/** Does something at the server; where that fails, says why. */
import { say } from '../stores/toasts.svelte.ts';
import { errorText } from './error-text.ts';

export async function attempt(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    say(errorText(error));
    return false;
  }
}

/** What the reader unfolded or looked behind a warning for, also after it was out of the page. */
import { SvelteSet } from 'svelte/reactivity';

export const unfolded = new SvelteSet<string>();
/** What one's own filter covered. */
export const unfiltered = new SvelteSet<string>();
export const uncovered = new SvelteSet<string>();

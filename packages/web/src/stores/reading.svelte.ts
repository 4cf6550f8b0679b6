/** How somebody wants to read: what is behind a warning, and sensitive pictures, open or covered. */
import { get } from '../api/http.ts';

type Found = {
  'reading:expand:spoilers'?: boolean;
  'reading:expand:media'?: 'default' | 'show_all' | 'hide_all';
};
let chosen = $state.raw<Found>({});

export async function loadReading(): Promise<void> {
  chosen = await get<Found>('/api/v1/preferences').catch((): Found => chosen);
}

export function takeReading(found: Found): void {
  chosen = found;
}

export function showsSpoilers(): boolean {
  return chosen['reading:expand:spoilers'] ?? false;
}

/** Whether pictures are covered until somebody looks. */
export function coversPictures(sensitive: boolean): boolean {
  const wanted = chosen['reading:expand:media'] ?? 'default';
  return wanted === 'hide_all' || (wanted === 'default' && sensitive);
}

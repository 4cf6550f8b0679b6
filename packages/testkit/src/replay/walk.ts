/** Walks through recorded documents. */
import type { JsonObject } from '@mitoyen/federation';

/** Every object within a value, itself included; contexts are left out. */
export function objectsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  const parts = Object.entries(value).filter(([key]) => key !== '@context');
  return [value as JsonObject, ...parts.flatMap(([, part]) => objectsIn(part))];
}

/** A copy with every text changed; contexts stay as they are. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      key === '@context' ? part : mapTexts(part, change),
    ]),
  ) as T;
}

/** The texts and ids of a property that holds one or several. */
export function idsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  if (typeof value === 'string') return /^https?:/.test(value) ? [value] : [];
  const id = (value as JsonObject | null)?.id;
  return typeof id === 'string' ? [id] : [];
}

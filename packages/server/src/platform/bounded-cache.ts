/**
 * What was used last, up to a number of entries. With `max` the library makes room for all of
 * them at once: the caches of one server, nearly always nearly empty, took 16 MB and 0.15 s at
 * every start. By size they grow as they are filled.
 */
import { LRUCache } from 'lru-cache';

const ONE = () => 1;

/** @param options.ttl milliseconds after which an entry is as good as absent */
export function createBoundedCache<K extends {}, V extends {}>(
  most: number,
  options: { ttl?: number } = {},
): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: most, sizeCalculation: ONE, ...options });
}

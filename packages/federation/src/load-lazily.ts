/**
 * Loads a package when it is first needed. activitypub-express (with jsonld) and sanitize-html
 * take 150 ms and 50 MB together, which a process that only serves requests never needs.
 */
export function lazily<T>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

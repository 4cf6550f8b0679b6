/** JSON Canonicalization Scheme, RFC 8785. */
export function canonicalise(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalise(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // Sorted by UTF-16 code units, as the RFC says and JavaScript compares.
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalise(member)}`);
  return `{${members.join(',')}}`;
}

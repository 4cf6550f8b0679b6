const LONGEST = 30;

/** A user name made from what people call the group: `Projet Été 2026` becomes `projet_ete_2026`. */
export function groupUsername(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, LONGEST)
    .replace(/^_+|_+$/g, '');
}

/** "Firefox, Linux" from what a browser says of itself. */
const NAMES: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };

export function browserName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  return [browser && (NAMES[browser] ?? browser), system].filter(Boolean).join(', ') || 'Browser';
}

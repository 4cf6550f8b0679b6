/** The configuration as it may be shown: without passwords and keys. */
const SECRETS = [
  ['database', 'url'],
  ['redis', 'url'],
  ['mail', 'url'],
  ['storage', 'secret_access_key'],
  ['translation', 'api_key'],
  ['sign_in', 'oidc', 'client_secret'],
] as const;
type Section = { [name: string]: unknown };

/** Names that only a secret has: a new one is hidden before anybody thinks of this list. */
const SECRET_NAME = /secret|password|token$|api_key/;

export function redactConfig<T extends object>(config: T): T {
  const copy = structuredClone(config) as Section;
  for (const path of SECRETS) {
    const key = path.at(-1) ?? '';
    const section = path
      .slice(0, -1)
      .reduce<Section | undefined>((of, name) => of?.[name] as Section | undefined, copy);
    const value = section?.[key];
    // Greedy: a password may hold an @ that nobody escaped.
    if (section && typeof value === 'string')
      section[key] = key === 'url' ? value.replace(/\/\/.*@/, '//***@') : '***';
  }
  return copy as T;
}

/** Each key with its value, as `section.key`. */
export function redactedKeys(config: object): { key: string; value: unknown }[] {
  const walk = (of: object, path: string[]): { key: string; value: unknown }[] =>
    Object.entries(of).flatMap(([name, value]) => {
      const key = [...path, name];
      if (value !== null && typeof value === 'object' && !Array.isArray(value))
        return walk(value, key);
      const hidden = typeof value === 'string' && value !== '' && SECRET_NAME.test(name);
      return { key: key.join('.'), value: hidden ? '***' : (value ?? null) };
    });
  return walk(redactConfig(config), []);
}

/** HTTP Message Signatures, RFC 9421, one signature, the components that servers use. */

export type MessageSignature = {
  components: string[];
  params: string;
  keyId: string;
  algorithm?: string;
  created?: number;
  expires?: number;
  signature: Buffer;
};

const MOST_COMPONENTS = 50;

/** Reads the first signature; null where the headers are malformed. */
export function parseMessageSignature(input: string, signature: string): MessageSignature | null {
  if (input.length > 8192 || signature.length > 8192) return null;
  const match = /^\s*([a-z*][a-z0-9_.*-]*)=(\(([^()]*)\)((?:;[a-z]+=(?:"[^"]*"|-?\d+))*))/.exec(
    input,
  );
  if (!match) return null;
  const [, label = '', params = '', list = '', rest = ''] = match;
  // A component with parameters of its own (`"@query-param";name="a"`) is none that we can vouch for.
  if (!/^\s*(?:"[^"]+"(?:\s+|$))*$/.test(list)) return null;
  const components = [...list.matchAll(/"([^"]+)"(?:\s+|$)/g)].map((one) => one[1] ?? '');
  // Section 2: each component is covered once.
  if (components.length > MOST_COMPONENTS || new Set(components).size !== components.length)
    return null;
  const values = new Map(
    [...rest.matchAll(/;([a-z]+)=(?:"([^"]*)"|(-?\d+))/g)].map(([, name = '', quoted, bare]) => [
      name,
      quoted ?? bare ?? '',
    ]),
  );
  const value = new RegExp(`(?:^|,)\\s*${label.replace(/[.*]/g, '\\$&')}=:([A-Za-z0-9+/=]+):`).exec(
    signature,
  )?.[1];
  const keyId = values.get('keyid');
  if (!value || !keyId) return null;
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : undefined);
  return {
    components,
    params,
    keyId,
    algorithm: values.get('alg'),
    created: number('created'),
    expires: number('expires'),
    signature: Buffer.from(value, 'base64'),
  };
}

export type MessageContext = {
  method: string;
  targetUri: string;
  headers: Record<string, string | undefined>;
};

/** The signature base (section 2.5); null where a component is unknown or not there. */
export function signatureBase(
  components: string[],
  params: string,
  message: MessageContext,
): string | null {
  const lines: string[] = [];
  for (const name of components) {
    const value = componentValue(name, message);
    if (value === undefined) return null;
    lines.push(`"${name}": ${value}`);
  }
  return [...lines, `"@signature-params": ${params}`].join('\n');
}

function componentValue(
  name: string,
  { method, targetUri, headers }: MessageContext,
): string | undefined {
  if (!name.startsWith('@')) return headers[name]?.trim().replace(/\s*\r?\n\s*/g, ' ');
  if (name === '@method') return method.toUpperCase();
  if (name === '@target-uri') return targetUri;
  const url = new URL(targetUri);
  switch (name) {
    case '@authority':
      return url.host;
    case '@scheme':
      return url.protocol.slice(0, -1);
    case '@request-target':
      return `${url.pathname}${url.search}`;
    case '@path':
      return url.pathname;
    case '@query':
      return url.search || '?';
    default:
      return undefined;
  }
}

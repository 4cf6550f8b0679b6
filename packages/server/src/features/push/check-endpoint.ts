/** Whether an address can be one of a push service; where it leads is checked again at every use. */
import { parseIri } from '@mitoyen/protocol';

/** What is wrong with it, or null. */
export function checkEndpoint(endpoint: string, options: { allowHttp: boolean }): string | null {
  const url = parseIri(endpoint) === null ? null : URL.parse(endpoint);
  if (!url) return 'is not an address';
  if (url.protocol !== 'https:' && !options.allowHttp) return 'must begin with https://';
  if (url.username || url.password) return 'must not carry a password';
  return null;
}

/**
 * The encoder is loaded with the first picture: sharp and the type sniffer take 29 MB and a
 * tenth of a second, which a process that sees no picture need not spend.
 */
export function loadEncoder(): Promise<typeof import('./encode-picture.ts')> {
  return import('./encode-picture.ts');
}

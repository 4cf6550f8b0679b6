/** Has every file that people send looked at by the virus scanner, where one is configured. */
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import { createClamd, type Scan } from '../../platform/clamd.ts';

const AGAIN_SECONDS = 60;

/** @throws AppError `invalid` for a virus, `unavailable` where nobody can tell and that is not enough */
export type ScanUpload = (
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
  owner: string,
) => Promise<void>;

export function createScanUpload(kit: Pick<Kit, 'config' | 'log'>): ScanUpload {
  const { address, timeout_seconds: seconds, when_down: whenDown } = kit.config.virus_scan;
  if (address === undefined) return async () => {};
  const clamd = createClamd(address, seconds * 1000);

  return async function scanUpload(bytes, owner) {
    let scan: Scan;
    try {
      scan = await clamd.scan(bytes);
    } catch (error) {
      kit.log.error(
        { err: error, owner, accepted: whenDown === 'accept' },
        'a file was not scanned',
      );
      if (whenDown === 'accept') return;
      throw new AppError(
        'unavailable',
        'Files cannot be checked for viruses now; try again later',
        {
          retryAfterSeconds: AGAIN_SECONDS,
        },
      );
    }
    if (scan.kind === 'clean') return;
    kit.log.warn({ owner, virus: scan.virus }, 'a file with a virus was refused');
    const message = `holds a virus (${scan.virus}) and was not taken`;
    throw invalid({ field: 'file', code: 'ERR_INVALID', message });
  };
}

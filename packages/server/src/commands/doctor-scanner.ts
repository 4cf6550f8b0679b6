/** Whether the virus scanner answers, and knows the virus that all scanners know. */
import type { Config } from '../config-schema.ts';
import { createClamd } from '../platform/clamd.ts';
import type { Check } from './doctor.ts';

const NAME = 'virus scanner';
/** EICAR's test file, in two halves so that this file is none. */
const TEST_VIRUS = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'];

export async function checkScanner({ virus_scan: scan }: Config): Promise<Check[]> {
  const { address, timeout_seconds: seconds } = scan;
  if (address === undefined)
    return [{ name: NAME, result: 'ok', text: 'files are not scanned (virus_scan.address)' }];
  try {
    const clamd = createClamd(address, seconds * 1000);
    const verdict = await clamd.scan([Buffer.from(TEST_VIRUS.join(''))]);
    return verdict.kind === 'found'
      ? [{ name: NAME, result: 'ok', text: `${address} finds the test virus` }]
      : [
          {
            name: NAME,
            result: 'bad',
            text: `${address} does not know the test virus: are its signatures there (freshclam)?`,
          },
        ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ name: NAME, result: 'bad', text: `${address}: ${reason}` }];
  }
}

/** Whether the mail server that the configuration names lets us in. Nothing is sent. */
import type { Config } from '../config-schema.ts';
import { createTransport } from '../features/mail/transport.ts';
import type { Check } from './doctor.ts';

export async function checkMail({ mail }: Config): Promise<Check[]> {
  if (!mail.url) return [{ name: 'mail', result: 'ok', text: 'no e-mail is sent (mail.url)' }];
  const transport = createTransport({ url: mail.url, from: mail.from });
  try {
    await transport.verify();
    return [{ name: 'mail', result: 'ok', text: 'the mail server lets us in' }];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [{ name: 'mail', result: 'bad', text: `the mail server: ${text}` }];
  } finally {
    transport.close();
  }
}

/** The way to the mail server that the configuration names. */
import type { Transporter } from 'nodemailer';

export type Letter = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Makes the same letter the same for mail programs, should it be sent twice. */
  messageId: string;
  headers?: Record<string, string>;
};

export type Transport = {
  /** @throws where the server does not take it; `isRefused` says whether it ever will */
  send: (letter: Letter) => Promise<void>;
  /** Connects and signs in, and sends nothing. @throws where that fails */
  verify: () => Promise<void>;
  close: () => void;
};

const CONNECT_MS = 10_000;
const TALK_MS = 30_000;

export function createTransport(options: { url: string; from: string }): Transport {
  let transporter: Promise<Transporter> | null = null;

  async function open(): Promise<Transporter> {
    // Not needed by those who send no mail.
    const { createTransport: create } = await import('nodemailer');
    const url = new URL(options.url);
    return create({
      url: url.href,
      pool: true,
      maxConnections: 2,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: TALK_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as never);
  }

  return {
    send: async (letter) => {
      transporter ??= open();
      await (await transporter).sendMail({
        from: options.from,
        ...letter,
        headers: { 'Auto-Submitted': 'auto-generated', ...letter.headers },
      });
    },
    verify: async () => {
      transporter ??= open();
      await (await transporter).verify();
    },
    close: () => {
      transporter?.then((one) => one.close()).catch(() => {});
    },
  };
}

/** The server will never take this letter: the address is wrong, say. */
export function isRefused(error: unknown): boolean {
  const code = (error as { responseCode?: unknown }).responseCode;
  return typeof code === 'number' && code >= 500 && code < 600;
}

/** Logs: one JSON line per fact, readable lines on a terminal; never bodies, tokens or keys. */
import { type Logger, pino } from 'pino';
import type { Config } from '../config-schema.ts';

export type Log = Logger;

export function createLog(config: Pick<Config, 'log' | 'roles'>): Log {
  const { level, pretty } = config.log;
  const readable = pretty === 'always' || (pretty === 'auto' && process.stdout.isTTY === true);
  return pino({
    level,
    base: { role: config.roles },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [
      'req.headers.authorization',
      'req.headers.cookie',
      'password',
      'token',
      '*.password',
      '*.token',
    ],
    ...(readable && {
      transport: {
        target: 'pino-pretty',
        options: { ignore: 'pid,hostname,role', translateTime: 'HH:MM:ss' },
      },
    }),
  });
}

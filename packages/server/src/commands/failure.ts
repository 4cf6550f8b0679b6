/** What a failed command says, and its exit code. */
import { ConfigError, EX_CONFIG } from '../config.ts';
import { AppError } from '../platform/app-error.ts';
import { BaseUrlError } from '../platform/base-url.ts';
import { ServiceError } from '../services/service-error.ts';
import { CommandError, UsageError } from './answer.ts';

const EX_FAILED = 1;
export const EX_USAGE = 2;

/** Writes what went wrong to stderr and gives the exit code. A stack only where nobody expected it. */
export function reportFailure(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`mitoyen: the configuration cannot be used\n${error.message}\n`);
    return EX_CONFIG;
  }
  process.stderr.write(`mitoyen: ${sentence(error)}\n`);
  if (error instanceof BaseUrlError) return EX_CONFIG;
  return error instanceof UsageError ? EX_USAGE : EX_FAILED;
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = [CommandError, ServiceError, BaseUrlError, AppError];
  if (expected.some((kind) => error instanceof kind)) return error.message;
  return ofTheSystem(error) ?? error.stack ?? error.message;
}

function ofTheSystem(error: Error): string | null {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen' && code === 'EADDRINUSE')
    return `Another program listens on ${address}:${port}. Stop it, or set http.port.`;
  if (syscall === 'listen')
    return `Cannot listen on ${address}:${port} (${code}). Set http.host and http.port to what this user may use.`;
  if (/^Mongo(ServerSelection|Network|Parse|APIError)/.test(error.name))
    return `MongoDB cannot be used: ${error.message}. Check database.url.`;
  return null;
}

/** Which process a number means: numbers are used again, above all in containers. */
import { readFileSync } from 'node:fs';

/** Whether this process lives and (where the system tells) its command line matches. */
export function isRunning(pid: number, command: RegExp): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    return command.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}

/**
 * When a process started, in the kernel's words: two processes with one number differ in it.
 * Empty where the system does not tell, or there is no such process.
 */
export function startedAt(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // Field 22 of proc(5), the 20th after the name: start time in ticks since boot.
    return `${boot}/${fields[19]}`;
  } catch {
    return '';
  }
}

/** Debian's `toot`, run as a person runs it: a home of its own, signed in through the browser's pages. */
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { authorizeByPages } from './sign-in.ts';

export type Toot = {
  /** Runs a command; gives what it said. */
  run: (...words: string[]) => Promise<string>;
  signIn: (host: string, person: { username: string; password: string }) => Promise<void>;
};

export function hasToot(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v toot']);
    return true;
  } catch {
    return false;
  }
}

export function createToot(home: string): Toot {
  /** `talk` may answer what toot asks. */
  function run(
    words: string[],
    talk?: (said: string, write: (text: string) => void, fail: (error: Error) => void) => void,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn('toot', [...words, '--no-color'], {
        env: {
          ...process.env,
          HOME: home,
          XDG_CONFIG_HOME: join(home, 'config'),
          PYTHONUNBUFFERED: '1',
          PYTHONWARNINGS: 'ignore',
        },
      });
      let out = '';
      const heard = (chunk: Buffer) => {
        out += chunk;
        talk?.(out, (text) => child.stdin.write(text), reject);
      };
      child.stdout.on('data', heard);
      child.stderr.on('data', heard);
      child.on('error', reject);
      child.on('close', (code) =>
        code === 0 ? resolve(out) : reject(new Error(`toot ${words[0]}: ${code}\n${out}`)),
      );
      if (!talk) child.stdin.end();
    });
  }

  async function signIn(host: string, person: { username: string; password: string }) {
    let answered = false;
    let coded = false;
    await run(['login', '--instance', host, '--disable-https'], (said, write, fail) => {
      if (!answered && said.includes('[Y/n]')) {
        answered = true;
        write('n\n');
      }
      const address = /(http:\/\/\S+\/oauth\/authorize\S+)/.exec(said)?.[1];
      if (!coded && address && said.includes('Authorization code')) {
        coded = true;
        authorizeByPages(address, person).then((code) => write(`${code}\n`), fail);
      }
    });
  }

  return { run: (...words) => run(words), signIn };
}

import { connect } from 'node:net';

/** Long: on a busy machine a process may not come to hear of the connection for seconds. */
const ANSWER_MS = 5_000;

/** Whether somebody listens on a unix socket. */
export function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => done(false));
    socket.on('error', () => done(false));
    socket.on('connect', () => done(true));
  });
}

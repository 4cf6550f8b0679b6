/** One word to a Redis on a unix socket, without a client library. */
import { connect } from 'node:net';

/** Long: on a busy machine a process may not come to hear the answer for seconds. */
const ANSWER_MS = 5_000;

/** Whether a Redis answers PING on this socket. */
export async function pingRedis(socketPath: string): Promise<boolean> {
  return (await send(socketPath, 'PING')).startsWith('+PONG');
}

/** Asks it to write its file and end; it closes the connection instead of answering. */
export async function shutDownRedis(socketPath: string): Promise<void> {
  await send(socketPath, 'SHUTDOWN');
}

/** What came first, or nothing: nobody there, closed, or silent for some seconds. */
function send(socketPath: string, word: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const done = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => done(''));
    socket.on('error', () => done(''));
    socket.on('close', () => done(''));
    socket.on('connect', () => socket.write(`${word}\r\n`));
    socket.on('data', (text) => done(text.toString()));
  });
}

/** The server's bench; see packages/testkit/bench/server.ts. */
import '../../packages/testkit/bench/server.ts';

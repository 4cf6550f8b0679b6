/** The web client's bench; see packages/testkit/bench/web.ts. */
import '../../packages/testkit/bench/web.ts';

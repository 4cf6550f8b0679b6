/** The bench of live updates; see packages/testkit/bench/streaming.ts. */
import '../../packages/testkit/bench/streaming.ts';

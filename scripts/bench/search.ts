/** The bench of search; see packages/testkit/bench/search.ts. */
import '../../packages/testkit/bench/search.ts';

// The embedded database by itself; the driver that it is measured through is its dependency.
import '../../packages/embedded-mongo/bench/bench.ts';

// The federation edge by itself: signatures, reading, guarding, sanitizing, proofs.
import '../../packages/federation/bench/bench.ts';

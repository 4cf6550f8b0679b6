// Fan-out to many hosts, some of them sick.
import '../../packages/testkit/bench/delivery.ts';

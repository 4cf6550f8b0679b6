export { type Answer, type Client, createClient, type Json, request } from './client.ts';
export { eventually } from './eventually.ts';
export {
  createForeignPeer,
  type Delivered,
  type ForeignActor,
  type ForeignPeer,
} from './foreign-peer.ts';
export { freePort } from './free-port.ts';
export { federate, type Instance, type InstanceOptions, startInstance } from './instance.ts';
export { fixtureFiles, hasFixtures } from './replay/fixtures.ts';
export { createRandom, type MutationPool, mutate, type Random } from './replay/mutate.ts';
export { createReplayingPeer, type ReplayingPeer } from './replay/replaying-peer.ts';

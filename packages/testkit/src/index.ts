export { type Answer, type Client, createClient, type Json, request } from './client.ts';
export { eventually } from './eventually.ts';
export { freePort } from './free-port.ts';
export { federate, type Instance, type InstanceOptions, startInstance } from './instance.ts';

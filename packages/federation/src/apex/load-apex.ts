/** The one place where activitypub-express enters: its pure functions, bound to what is ours. */
import { createRequire } from 'node:module';
import type { JsonObject } from '../json.ts';

const require = createRequire(import.meta.url);

/** The functions of `activitypub-express/pub` that Mitoyen runs; all of them without network or store. */
export type ApexFunctions = {
  fromJSONLD: (object: JsonObject) => Promise<JsonObject>;
  toJSONLD: (object: JsonObject) => Promise<JsonObject>;
  buildActivity: (
    type: string,
    actor: string,
    to: string[],
    more: JsonObject,
  ) => Promise<JsonObject>;
  buildCollection: (id: string, ordered: boolean, totalItems: number) => Promise<JsonObject>;
  buildCollectionPage: (
    id: string,
    page: string | true,
    ordered: boolean,
    lastItem?: string,
  ) => Promise<JsonObject>;
  audienceFromActivity: (activity: JsonObject) => unknown[];
  stringifyPublicJSONLD: (object: JsonObject) => string;
  validateActivity: (object: JsonObject) => true | undefined;
  validateOwner: (object: JsonObject, actor: { id: string }) => boolean;
};

/** What those functions read of `this`. */
type ApexThis = {
  context: unknown;
  pageParam: string;
  jsonldContextLoader: (url: string) => Promise<unknown>;
  /** Stands where the library's MongoDB store would: it only makes ids, which are replaced. */
  store: { generateId: () => string };
  utils: {
    activityIdToIRI: (id: string) => string;
    idToActivityCollections: (id: string) => Record<string, string>;
  };
};

/**
 * Binds the functions to a `this` of our own. The library's own application object is never
 * made, so neither its routes, its store nor its HTTP client exist.
 */
export function loadApex(settings: ApexThis): ApexFunctions {
  const pub = require('activitypub-express/pub') as Record<string, unknown>;
  const apex: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(pub))
    apex[name] = typeof value === 'function' ? value.bind(apex) : value;
  return Object.assign(apex, settings) as unknown as ApexFunctions;
}

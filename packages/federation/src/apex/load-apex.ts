/** The one place where activitypub-express enters: its pure functions, bound to what is ours. */
import { createRequire } from 'node:module';
import type { JsonObject } from '../json.ts';

const require = createRequire(import.meta.url);

/** The functions of `activitypub-express/pub` that Mitoyen runs; all of them without network or store. */
export type ApexFunctions = {
  fromJSONLD: (object: JsonObject) => Promise<JsonObject>;
  toJSONLD: (object: JsonObject) => Promise<JsonObject>;
  buildCollection: (id: string, ordered: boolean, totalItems: number) => Promise<JsonObject>;
  buildCollectionPage: (
    id: string,
    page: string | true,
    ordered: boolean,
    lastItem?: string,
  ) => Promise<JsonObject>;
  addPageToIRI: (id: string, page: string) => string;
  audienceFromActivity: (activity: JsonObject) => string[];
  validateActivity: (object: JsonObject) => unknown;
  validateObject: (object: JsonObject) => unknown;
  consts: { publicAddress: string; jsonldTypes: string[] };
};

type ApexThis = {
  context: unknown;
  pageParam: string;
  jsonldContextLoader: (url: string) => Promise<unknown>;
};

/**
 * Binds the functions to a `this` of our own. The library's own application object is never
 * made, so neither its routes, its store nor its HTTP client exist.
 */
export function loadApex(settings: ApexThis): ApexFunctions {
  const pub = require('activitypub-express/pub') as Record<string, unknown>;
  const apex: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(pub)) {
    if (name === 'jsonldContextLoader') continue;
    apex[name] = typeof value === 'function' ? value.bind(apex) : value;
  }
  return apex as unknown as ApexFunctions;
}

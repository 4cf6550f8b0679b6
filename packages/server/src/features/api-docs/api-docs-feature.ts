/** The description of the API: `/api/openapi.json`, and `/api` to read. */
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import type { EndpointRecord } from '../../platform/http/endpoints.ts';
import { VERSION } from '../../version.ts';
import { addApiDocsRoutes } from './api-docs-routes.ts';
import { describeApi } from './describe-api.ts';

export function createApiDocsFeature(
  kit: Kit,
  /** Filled while routes are declared; complete when the first request comes. */
  records: () => EndpointRecord[],
): { feature: Feature } {
  const { baseUrl } = kit;
  const describe = () =>
    describeApi(records(), { name: kit.config.instance.name, baseUrl, version: VERSION });
  return {
    feature: {
      name: 'api-docs',
      indexes: [],
      routes: (endpoints) => addApiDocsRoutes(endpoints, describe),
    },
  };
}

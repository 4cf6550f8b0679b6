/** What is configured, for admins to read: it is changed in the file. */
import { redactedKeys } from '../../config-redact.ts';
import type { Kit } from '../../kit.ts';
import { forbidden } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';

export function addConfigurationRoutes(endpoints: Endpoints, { config }: Kit): void {
  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/admin/configuration',
      summary: 'The configuration in force, without passwords and keys (admin)',
      auth: 'member',
      scope: 'admin:read',
    },
    async ({ account }) => {
      if (account.role !== 'admin') throw forbidden();
      return { keys: redactedKeys(config) };
    },
  );
}

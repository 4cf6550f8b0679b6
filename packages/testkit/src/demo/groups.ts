/** The groups that both companies share, and who is in them. */
import type { Client } from '../client.ts';
import { eventually } from '../eventually.ts';
import type { Instance } from '../instance.ts';
import { cover } from './pictures.ts';

/** People who work at a company, by user name. */
export type Staff = Record<string, Client>;
/** Ids of the two groups, at each company. */
export type Groups = {
  shared: string;
  sharedAtNorthwind: string;
  yard: string;
  yardAtNorthwind: string;
};

export async function makeGroups(a: Staff, n: Staff, acme: Instance): Promise<Groups> {
  const amina = a.amina as Client;
  const make = async (
    username: string,
    name: string,
    access: string,
    description: string,
    hue: number,
  ) => {
    const form = new FormData();
    for (const [field, value] of Object.entries({
      name,
      username,
      access,
      description,
      partners: 'all',
    }))
      form.set(field, value);
    form.set(
      'header',
      new Blob([new Uint8Array(await cover(hue))], { type: 'image/png' }),
      'cover.png',
    );
    return amina.post('/api/mitoyen/v1/groups', form);
  };
  const shared = await make(
    'acme_northwind',
    'Acme × Northwind',
    'closed',
    'The shared project of both companies.',
    250,
  );
  const yard = await make(
    'rotterdam_yard',
    'Rotterdam yard',
    'open',
    'Deliveries, gates and the weather.',
    200,
  );
  for (const group of [shared, yard]) {
    for (const name of ['leo', 'ingrid', 'priya']) {
      await a[name]?.post(`/api/mitoyen/v1/groups/${group.id}/join`);
      if (group === shared) await approveAll(amina, shared.id);
    }
  }
  const [sharedAtNorthwind, yardAtNorthwind] = await Promise.all([
    joinFromAfar(n, `acme_northwind@${acme.host}`, () => approveAll(amina, shared.id)),
    joinFromAfar(n, `rotterdam_yard@${acme.host}`, async () => {}),
  ]);
  return { shared: shared.id, sharedAtNorthwind, yard: yard.id, yardAtNorthwind };
}

async function approveAll(admin: Client, group: string): Promise<void> {
  for (const request of await admin.get(`/api/mitoyen/v1/groups/${group}/requests`)) {
    await admin.post(
      `/api/mitoyen/v1/groups/${group}/requests/${request.account?.id ?? request.id}/approve`,
    );
  }
}

async function joinFromAfar(
  n: Staff,
  handle: string,
  approve: () => Promise<void>,
): Promise<string> {
  const found = await (n.yusuf as Client).get(
    `/api/mitoyen/v1/groups/lookup?handle=${encodeURIComponent(handle)}`,
  );
  for (const client of Object.values(n)) {
    await client.post(`/api/mitoyen/v1/groups/${found.id}/join`);
    await eventually(`${handle} lets them in`, async () => {
      await approve();
      return (
        (await client.get(`/api/mitoyen/v1/groups/${found.id}`)).membership?.state === 'member'
      );
    });
  }
  return found.id;
}

/** Who works at the two companies of the demo. */
export type DemoPerson = {
  username: string;
  name: string;
  role: 'admin' | 'moderator' | 'member';
  bio: string;
  hue: number;
};

export const PASSWORD = 'two neighbours, one wall';

export const ACME: DemoPerson[] = [
  {
    username: 'amina',
    name: 'Amina Diallo',
    role: 'admin',
    bio: 'Operations, Lyon. Keeps things moving.',
    hue: 12,
  },
  { username: 'leo', name: 'Léo Moreau', role: 'member', bio: 'Site lead, Rotterdam.', hue: 20 },
  {
    username: 'ingrid',
    name: 'Ingrid Hansen',
    role: 'moderator',
    bio: 'Company news and safety.',
    hue: 165,
  },
  { username: 'priya', name: 'Priya Nair', role: 'member', bio: 'Support, Lyon.', hue: 40 },
];

export const NORTHWIND: DemoPerson[] = [
  {
    username: 'yusuf',
    name: 'Yusuf Demir',
    role: 'admin',
    bio: 'Project office at Northwind.',
    hue: 190,
  },
  { username: 'marta', name: 'Marta Kowalska', role: 'member', bio: 'Logistics.', hue: 315 },
  {
    username: 'jonas',
    name: 'Jonas Berg',
    role: 'member',
    bio: 'IT, the desk by the window.',
    hue: 155,
  },
];

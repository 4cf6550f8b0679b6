/** Fills the two instances through their own APIs: agreement, people, groups, posts, a message. */
import type { Client, Json } from '../client.ts';
import { eventually } from '../eventually.ts';
import { federate, type Instance } from '../instance.ts';
import { type Groups, makeGroups, type Staff } from './groups.ts';
import { writePast } from './past.ts';
import { ACME, type DemoPerson, NORTHWIND, PASSWORD } from './people.ts';
import { avatar, landscape } from './pictures.ts';

type Say = (text: string) => void;

export async function seed(acme: Instance, northwind: Instance, say: Say): Promise<void> {
  say('people at Acme and Northwind');
  const [a, n] = await Promise.all([hire(acme, ACME), hire(northwind, NORTHWIND)]);
  // The admin of the first start has given way to people with names.
  await Promise.all([acme, northwind].map((one) => one.cli('user', 'suspend', 'admin')));
  say('what people at Acme wrote in the last month');
  await writePast(acme, a);
  say('the agreement between the two companies');
  await federate(acme, northwind);
  say('who follows whom, across the wall');
  await follow(a, n, acme, northwind);
  say('two shared groups, one open and one closed');
  const groups = await makeGroups(a, n, acme);
  say('a poll, praise, and a report to decide about');
  await more(a, groups);
  say('posts with pictures, and comments in both directions');
  await talk(a, n, groups);
  say('a direct message and a group chat');
  await message(a, n, northwind);
  await groupChat(a, n, northwind);
}

async function hire(instance: Instance, people: DemoPerson[]): Promise<Staff> {
  const staff: Staff = {};
  for (const { username, name, role, bio, hue } of people) {
    const client = await instance.person(username, { role, displayName: name, password: PASSWORD });
    const initials = name
      .split(' ')
      .map((word) => word[0])
      .join('');
    const form = new FormData();
    form.set('note', bio);
    form.set(
      'avatar',
      new Blob([new Uint8Array(await avatar(initials, hue))], { type: 'image/png' }),
      'avatar.png',
    );
    await client.request('PATCH', '/api/v1/accounts/update_credentials', form);
    staff[username] = client;
  }
  return staff;
}

async function follow(a: Staff, n: Staff, acme: Instance, northwind: Instance): Promise<void> {
  const pairs: [Client | undefined, string][] = [
    [a.amina, `yusuf@${northwind.host}`],
    [a.leo, `marta@${northwind.host}`],
    [n.yusuf, `amina@${acme.host}`],
    [n.marta, `leo@${acme.host}`],
    [a.amina, 'leo'],
    [a.leo, 'amina'],
  ];
  for (const [client, handle] of pairs) {
    const [found] =
      (await client?.get(`/api/v1/accounts/search?resolve=true&q=${encodeURIComponent(handle)}`)) ??
      [];
    await client?.post(`/api/v1/accounts/${found.id}/follow`);
  }
}

async function picture(client: Client, hue: number, description: string): Promise<string> {
  return client.upload(await landscape(hue), { type: 'image/png', description });
}

/** The post with this text, as this person's server knows it. */
function seenBy(client: Client, text: string): Promise<Json> {
  return eventually(`"${text}" is there`, async () =>
    (await client.get('/api/v1/timelines/home')).find((post: Json) => post.content.includes(text)),
  );
}

async function talk(a: Staff, n: Staff, groups: Groups): Promise<void> {
  const { amina, leo, ingrid, priya } = a as Record<string, Client>;
  const { yusuf, marta, jonas } = n as Record<string, Client>;
  if (!amina || !leo || !ingrid || !priya || !yusuf || !marta || !jonas) return;

  await ingrid.post('/api/v1/statuses', {
    status:
      'From Monday every site uses the new check-in. Please read the two-minute guide before your next shift.',
    visibility: 'company',
    must_read: true,
  });
  const drill = await ingrid.post('/api/v1/statuses', {
    status: 'Leave by the nearest door and meet at the signs. It takes twenty minutes.',
    visibility: 'company',
    event: { title: 'Fire drill', ...soon(1, 14, 1), location: 'North car park' },
  });
  await amina.post(`/api/mitoyen/v1/events/${drill.id}/answer`, { answer: 'going' });
  await yusuf.post('/api/v1/statuses', {
    status: 'What went well, what did not, and what we take to Lyon.',
    group_id: groups.sharedAtNorthwind,
    event: {
      title: 'Looking back on the pilot',
      ...soon(7, 10, 2),
      location: 'Rotterdam, quay 4',
      url: 'https://meet.northwind.example/pilot',
      capacity: 30,
    },
  });
  await yusuf.post('/api/v1/statuses', {
    status:
      'The pilot in Rotterdam went live this morning. Thanks to everyone who stayed late on Friday to finish the migration.',
    group_id: groups.sharedAtNorthwind,
    media_ids: [await picture(yusuf, 210, 'The yard in Rotterdam in the morning sun')],
  });
  const pilot = await seenBy(amina, 'The pilot in Rotterdam');
  await amina.post('/api/v1/statuses', {
    status: 'Wonderful work, **both teams**! Shall we write down what we learned?',
    in_reply_to_id: pilot.id,
  });
  await amina.put(`/api/mitoyen/v1/statuses/${pilot.id}/reactions/${encodeURIComponent('🎉')}`);
  const comment = await eventually('the comment is at Northwind', async () => {
    const post = await seenBy(yusuf, 'The pilot in Rotterdam');
    return (await yusuf.get(`/api/v1/statuses/${post.id}/context`)).descendants[0];
  });
  await jonas.post('/api/v1/statuses', {
    status: 'I start a page for it. Desk 4 is back online, by the way.',
    in_reply_to_id: comment.id,
  });

  await leo.post('/api/v1/statuses', {
    status: 'Gate 2 is closed on Thursday. Deliveries go through the north gate. #gates',
    group_id: groups.yard,
    media_ids: [await picture(leo, 30, 'The north gate')],
  });
  const gate = await seenBy(marta, 'Gate 2 is closed');
  await marta.post('/api/v1/statuses', {
    status: 'Thank you, I tell our drivers.',
    in_reply_to_id: gate.id,
  });
  await marta.post(`/api/v1/statuses/${gate.id}/favourite`);
  await marta.post('/api/v1/statuses', {
    status: 'Two trucks from Gdańsk arrive at 10:30 tomorrow.',
    group_id: groups.yardAtNorthwind,
  });
  await priya.post('/api/v1/statuses', {
    status: 'The support desk moves to the second floor. Come and see the view.',
    visibility: 'company',
    media_ids: [await picture(priya, 260, 'View over Lyon')],
  });
}

async function message(a: Staff, n: Staff, northwind: Instance): Promise<void> {
  const amina = a.amina as Client;
  const yusuf = n.yusuf as Client;
  await amina.post('/api/v1/statuses', {
    status: `@yusuf@${northwind.host} Did the import finish overnight?`,
    visibility: 'direct',
  });
  const arrived = await eventually(
    'the message arrives',
    async () => (await yusuf.get('/api/v1/conversations'))[0]?.last_status,
  );
  await yusuf.post('/api/v1/statuses', {
    status: 'It did. 14 accounts have no e-mail; they sign in with a code from their manager.',
    visibility: 'direct',
    in_reply_to_id: arrived.id,
  });
}

async function more(a: Staff, groups: Groups): Promise<void> {
  const { amina, leo, ingrid, priya } = a as Record<string, Client>;
  if (!amina || !leo || !ingrid || !priya) return;
  const poll = await priya.post('/api/v1/statuses', {
    status: 'When shall we look at the plans for the new canteen?',
    visibility: 'company',
    poll: { options: ['Tuesday at ten', 'Thursday at two', 'Friday at nine'], expires_in: 259_200 },
  });
  await leo.post(`/api/v1/polls/${poll.poll.id}/votes`, { choices: [1] });
  await ingrid.post(`/api/v1/polls/${poll.poll.id}/votes`, { choices: [1] });
  await ingrid.post('/api/v1/statuses', {
    status: 'Every delivery of the week was unloaded within the hour.',
    visibility: 'company',
    praise: { badge: 'great_work', account_ids: [leo.id] },
  });
  const offer = await leo.post('/api/v1/statuses', {
    status: 'Cheap tyres, only today! Write to me in private.',
    group_id: groups.yard,
  });
  await priya.post('/api/v1/reports', {
    account_id: leo.id,
    status_ids: [offer.id],
    comment: 'This is no place for selling things.',
  });
}

async function groupChat(a: Staff, n: Staff, northwind: Instance): Promise<void> {
  const { amina, leo } = a as Record<string, Client>;
  const { yusuf } = n as Record<string, Client>;
  if (!amina || !leo || !yusuf) return;
  const talk = await amina.post('/api/mitoyen/v1/conversations', {
    accounts: [leo.id, `yusuf@${northwind.host}`, `jonas@${northwind.host}`],
    name: 'Rotterdam pilot',
  });
  await leo.post('/api/v1/statuses', {
    status: 'Who has the keys of the north gate tomorrow?',
    conversation_id: talk.id,
  });
  const there = await eventually('the chat is at Northwind', async () =>
    (await yusuf.get('/api/v1/conversations')).find(
      (one: Json) => one.mitoyen.name === 'Rotterdam pilot',
    ),
  );
  await yusuf.post('/api/v1/statuses', {
    status: 'Jonas has them, desk 4 from seven on.',
    conversation_id: there.id,
  });
}

/** Begins in so many days at an hour, and lasts so many. */
function soon(days: number, hour: number, hours: number) {
  const at = new Date();
  at.setDate(at.getDate() + days);
  at.setHours(hour, 0, 0, 0);
  const ends = new Date(at.getTime() + hours * 3_600_000);
  return {
    starts_at: at.toISOString(),
    ends_at: ends.toISOString(),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

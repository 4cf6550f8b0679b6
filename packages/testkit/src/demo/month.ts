/** What people at Acme wrote in the month before the demo begins. */
export type Entry = {
  /** Days ago; what falls on a weekend is written on the Friday before. */
  ago: number;
  /** Hour of the day. */
  at: number;
  by: string;
  text: string;
  /** One of `GROUPS`; everybody at the company otherwise. */
  group?: string;
  comments?: [by: string, text: string][];
  likes?: string[];
};

export const GROUPS = [
  {
    username: 'lyon_office',
    name: 'Lyon office',
    description: 'The house, the canteen, who sits where.',
    hue: 330,
  },
  {
    username: 'safety',
    name: 'Safety first',
    description: 'Drills, near misses, and what we learned from them.',
    hue: 150,
  },
];

const ALL = ['amina', 'leo', 'ingrid', 'priya'];

export const MONTH: Entry[] = [
  {
    ago: 31,
    at: 9,
    by: 'amina',
    text: 'Good morning. From today this is where we talk to each other: no more chains of e-mail with half of us in copy.',
    comments: [
      ['leo', 'At last. The yard is here too.'],
      ['priya', 'And it works on my old phone.'],
    ],
    likes: ['leo', 'ingrid', 'priya'],
  },
  {
    ago: 30,
    at: 11,
    by: 'priya',
    group: 'lyon_office',
    text: 'The coffee machine on the first floor is repaired. It is the left button now.',
    likes: ['amina'],
  },
  {
    ago: 29,
    at: 8,
    by: 'leo',
    text: 'Forty-two containers yesterday, a record for a Tuesday.',
    likes: ['amina', 'ingrid'],
  },
  {
    ago: 28,
    at: 15,
    by: 'ingrid',
    group: 'safety',
    text: 'Near miss at dock 3: a pallet stood on the walkway. Nobody was hurt. Please keep yellow free, also for a minute.',
    comments: [['leo', 'We painted the line anew this afternoon.']],
    likes: ['leo', 'priya'],
  },
  {
    ago: 27,
    at: 10,
    by: 'priya',
    text: 'Support answered 318 questions this week, half of them about invoices. I wrote down the answer once for all of us. #invoices',
    comments: [
      ['amina', 'Can we put it on the order page?'],
      ['priya', 'It is there from Monday on.'],
    ],
  },
  {
    ago: 24,
    at: 9,
    by: 'amina',
    group: 'lyon_office',
    text: 'Who wants the desk by the window? It is free from the first.',
    comments: [
      ['priya', 'Me! If nobody is colder than I am.'],
      ['ingrid', 'You win.'],
    ],
    likes: ['priya'],
  },
  {
    ago: 23,
    at: 13,
    by: 'leo',
    text: 'The new forklift is here. Training on Thursday at two, four places.',
    comments: [['ingrid', 'I come and take pictures.']],
    likes: ALL.filter((one) => one !== 'leo'),
  },
  {
    ago: 22,
    at: 16,
    by: 'ingrid',
    text: 'We have a new page about travelling: what is paid, what is not, and whom to ask. Please tell me what is missing.',
    comments: [
      ['leo', 'Ferries.'],
      ['ingrid', 'Added.'],
    ],
  },
  {
    ago: 21,
    at: 9,
    by: 'priya',
    group: 'lyon_office',
    text: 'Soup day is Wednesday from now on.',
    likes: ['amina', 'ingrid'],
  },
  {
    ago: 20,
    at: 11,
    by: 'leo',
    group: 'safety',
    text: 'Today the lamp over gate 1 was changed. Thanks for the three reports.',
    likes: ['ingrid'],
  },
  {
    ago: 17,
    at: 8,
    by: 'amina',
    text: 'The figures of the third quarter, in one sentence: more orders, fewer complaints, and the same number of us. Thank you.',
    likes: ['leo', 'ingrid', 'priya'],
    comments: [['priya', 'Fewer complaints: I can confirm.']],
  },
  {
    ago: 16,
    at: 14,
    by: 'ingrid',
    group: 'safety',
    text: 'First-aid course on the 14th: three places are left.',
    comments: [
      ['priya', 'One for me, please.'],
      ['ingrid', 'You are on the list.'],
    ],
  },
  {
    ago: 15,
    at: 10,
    by: 'leo',
    text: 'Strong wind tomorrow. We stack two high, not three, and the east gate stays closed. #weather',
    likes: ['amina', 'ingrid'],
  },
  { ago: 15, at: 17, by: 'leo', text: 'All tied down. Good evening.', likes: ['ingrid'] },
  {
    ago: 14,
    at: 9,
    by: 'priya',
    text: 'The import of the old tickets is done: nothing lost, 1,204 closed for good.',
    comments: [
      ['amina', 'How long did it take in the end?'],
      ['priya', 'Two nights instead of five.'],
    ],
    likes: ['amina', 'leo'],
  },
  {
    ago: 13,
    at: 12,
    by: 'amina',
    group: 'lyon_office',
    text: 'The lift is inspected on Thursday from eight to ten. The stairs are good for us.',
  },
  {
    ago: 10,
    at: 9,
    by: 'ingrid',
    text: 'Welcome to our three apprentices, who start in Lyon and in Rotterdam today. Say hello when you meet them.',
    likes: ALL.filter((one) => one !== 'ingrid'),
    comments: [['leo', 'Ours has asked better questions than I did in a year.']],
  },
  {
    ago: 9,
    at: 15,
    by: 'leo',
    text: 'Gate 2 gets its new barrier this month. I tell you the day as soon as I know it. #gates',
  },
  {
    ago: 8,
    at: 11,
    by: 'priya',
    group: 'lyon_office',
    text: 'Lost: one blue umbrella, sentimental value. Found: four black ones, none.',
    likes: ['amina', 'ingrid', 'leo'],
  },
  {
    ago: 7,
    at: 10,
    by: 'amina',
    text: 'Northwind and we begin the pilot in Rotterdam next week. From then on their people are here in our shared group, and ours in theirs.',
    comments: [
      ['leo', 'Desk 4 is ready for them.'],
      ['ingrid', 'I prepare the check-in guide.'],
    ],
    likes: ['leo', 'priya'],
  },
  {
    ago: 6,
    at: 13,
    by: 'ingrid',
    group: 'safety',
    text: 'No accident for two hundred days. There is cake in both houses.',
    likes: ['amina', 'leo', 'priya'],
  },
  {
    ago: 3,
    at: 9,
    by: 'leo',
    text: 'The container from Gdańsk stands at quay 4. Whoever needs the crane on Friday: tell me today.',
    comments: [['amina', 'We take it from ten to twelve.']],
  },
  {
    ago: 2,
    at: 16,
    by: 'priya',
    text: 'A new answer in the collection: how a customer changes the address of an order that has left. #invoices',
    likes: ['ingrid'],
  },
  {
    ago: 1,
    at: 11,
    by: 'ingrid',
    text: 'Pictures of the forklift training are in the album. Nobody was harmed, one cone was.',
    likes: ['leo', 'amina'],
    comments: [['leo', 'The cone had it coming.']],
  },
];

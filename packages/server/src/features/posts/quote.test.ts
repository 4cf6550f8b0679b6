import test from 'ava';
import type { Post } from './post.ts';
import { approvalFor, canAskFor, canQuoteOf, isCounted, quotePlaceProblem } from './quote.ts';

const post = (more: Partial<Post>) =>
  ({ author: 'ann', audience: 'public', readers: ['public'], ...more }) as Post;
const company = post({ audience: 'company', readers: ['company'] });
const inGroup = post({ audience: 'group', group: 'g', readers: ['group:g'] });
const forFollowers = post({ audience: 'followers', readers: ['followers:ann'] });
const message = post({ audience: 'direct', readers: ['account:ann', 'account:bob'] });

test('what everybody may read is quoted anywhere but in messages', (t) => {
  for (const place of [post({}), company, inGroup, forFollowers])
    t.is(quotePlaceProblem(post({}), place, 'bob'), null);
  t.regex(quotePlaceProblem(post({}), message, 'bob') ?? '', /in a message/);
});

test('a quote is for nobody who could not read what it quotes', (t) => {
  const problem = /not for everybody/;
  t.is(quotePlaceProblem(company, company, 'bob'), null);
  t.regex(quotePlaceProblem(company, post({}), 'bob') ?? '', problem);
  t.regex(quotePlaceProblem(company, inGroup, 'bob') ?? '', problem);
  t.is(quotePlaceProblem(inGroup, inGroup, 'bob'), null);
  const other = post({ audience: 'group', group: 'h', readers: ['group:h'] });
  t.regex(quotePlaceProblem(inGroup, other, 'bob') ?? '', problem);
  t.regex(quotePlaceProblem(inGroup, company, 'bob') ?? '', problem);
  t.is(quotePlaceProblem(forFollowers, forFollowers, 'ann'), null);
  const named = post({ ...forFollowers, readers: ['followers:ann', 'account:cy'] });
  t.regex(
    quotePlaceProblem(forFollowers, named, 'ann') ?? '',
    problem,
    'who is named may not read it',
  );
  t.regex(quotePlaceProblem(forFollowers, forFollowers, 'bob') ?? '', /followers of its author/);
  t.regex(quotePlaceProblem(message, company, 'ann') ?? '', /is a message/);
});

test('who may quote follows from the policy, and from who follows whom', (t) => {
  const stranger = { follows: false, followed: false };
  const may = (canQuote: Post['canQuote'], facts = stranger) => approvalFor({ canQuote }, facts);
  t.is(may(undefined), 'denied');
  t.is(may(canQuoteOf('public', post({}))), 'automatic');
  t.is(may(canQuoteOf('public', forFollowers)), 'denied');
  t.is(may(canQuoteOf('nobody', post({}))), 'denied');
  const followers = canQuoteOf('followers', post({}));
  t.is(may(followers), 'denied');
  t.is(may(followers, { follows: true, followed: false }), 'automatic');
  t.is(may({ automatic: ['following'], manual: ['public'] }), 'manual');
  t.is(
    may({ automatic: ['following'], manual: [] }, { follows: false, followed: true }),
    'automatic',
  );
  t.is(may({ automatic: ['author', 'others'], manual: [] }), 'unknown');
});

test('nobody is asked about, nor counts, what they may not read', (t) => {
  t.true(canAskFor(post({}), post({})));
  t.true(canAskFor(inGroup, inGroup));
  t.false(canAskFor(inGroup, post({})));
  t.false(canAskFor(company, post({})));
  t.true(isCounted(post({}), post({})));
  t.false(isCounted(company, post({})));
  t.true(isCounted(company, company));
});

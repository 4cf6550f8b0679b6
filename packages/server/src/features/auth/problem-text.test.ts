import test from 'ava';
import { usernameProblem } from '../accounts/create-actor.ts';
import { passwordProblem } from './password.ts';
import { problemText } from './problem-text.ts';

const about = { username: 'somebody-known', email: 'a@x.example' };
const said = [
  usernameProblem('not a name'),
  usernameProblem('admin'),
  ...['short', 'x'.repeat(201), 'aaaaaaaaaaaa', 'somebody-known'].map((one) =>
    passwordProblem(one, about),
  ),
];

test('what can be wrong with a name or a password is said in French too', (t) => {
  for (const message of said) {
    if (message === null) throw new Error('nothing is wrong with it');
    const problem = { field: 'x', code: 'ERR_INVALID', message };
    t.is(problemText({ lang: 'en' }, problem), message);
    t.notRegex(problemText({ lang: 'fr' }, problem), /n’est pas accepté|must|\bis\b/, message);
  }
  const unknown = { field: 'x', code: 'ERR_INVALID', message: 'is odd' };
  t.is(problemText({ lang: 'fr' }, unknown), 'n’est pas accepté', 'never English on a French page');
});

import test from 'ava';
import './support/runes.ts';

const { ApiError } = await import('../src/api/http.ts');
const { errorText } = await import('../src/ui/error-text.ts');
const said = (status: number, message: string) => errorText(new ApiError(status, message));

test('what our server says of another one is shown, a proxy’s own words are not', (t) => {
  const refused = 'b.example refused the request: there is no agreement';
  t.is(said(502, refused), refused);
  t.is(said(502, 'Bad Gateway'), said(500, 'Internal Server Error'));
  t.is(said(502, ''), said(500, 'anything'));
  t.is(said(422, 'text is too long'), 'text is too long');
});

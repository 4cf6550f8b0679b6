/** Starts the client: language, who is signed in, then the screen of the address. */
import '@fontsource-variable/figtree/wght.css';
import './styles/tokens.css';
import './styles/reset.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/components.css';
import './styles/calendar.css';
import './styles/chat-more.css';
import './styles/composing.css';
import './styles/connection.css';
import './styles/more.css';
import './styles/pending.css';
import './styles/post.css';
import './styles/praise.css';
import './styles/quote.css';
import './styles/screens.css';
import './styles/office.css';
import './styles/emoji.css';
import './styles/welcome.css';
import { mount } from 'svelte';
import App from './App.svelte';
// Most people open the feed first: it comes in one file with the shell.
import './features/feed/FeedScreen.svelte';
import { homeFeed } from './features/feed/feed.svelte.ts';
import Unreachable from './features/shell/Unreachable.svelte';
import { startLocale } from './i18n/i18n.svelte.ts';
import { go, restoreFirst, startRouter } from './router/router.svelte.ts';
import { followChosenLanguage } from './stores/language.ts';
import { startRenewing } from './stores/renew-files.ts';
import { me, startSession } from './stores/session.svelte.ts';

/** Not at the top level: a screen that is loaded meanwhile may import what is in this file's chunk. */
async function start(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) throw new Error('the page has no #app');
  // What the feed shows is asked for before anything can show it.
  if (location.pathname === '/') homeFeed();
  // All three at once: none needs the others, and the page needs all.
  const [known] = await Promise.all([startSession(), startLocale().catch(() => {}), startRouter()]);
  if (!known) {
    mount(Unreachable, { target });
    return;
  }
  await followChosenLanguage().catch(() => {});
  mount(App, { target });
  restoreFirst();
  if (location.pathname === '/' && me().mitoyen?.welcomed === false)
    void go('/welcome', { replace: true });
  startRenewing();
}

void start();

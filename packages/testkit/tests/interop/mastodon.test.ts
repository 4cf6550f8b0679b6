/** What Mastodon really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './mastodon-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'mastodon', stories);

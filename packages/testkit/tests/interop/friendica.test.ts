/** What Friendica really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './friendica-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'friendica', stories);

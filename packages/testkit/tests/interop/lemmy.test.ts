/** What Lemmy really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './lemmy-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'lemmy', stories);

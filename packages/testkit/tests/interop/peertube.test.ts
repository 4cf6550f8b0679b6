/** What PeerTube really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './peertube-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'peertube', stories);

/** What Mobilizon really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './mobilizon-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'mobilizon', stories);

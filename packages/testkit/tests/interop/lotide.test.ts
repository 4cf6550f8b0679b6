/** What lotide really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './lotide-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'lotide', stories);

/** What GNU social really sends, through the inbox of a running instance. */
import test from 'ava';
import { stories } from './gnusocial-stories.ts';
import { tellStories } from './tell.ts';

tellStories(test, 'gnusocial', stories);

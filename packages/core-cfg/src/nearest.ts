import { suggest } from '@ssc/errors';

/** No name is longer; to compare longer words with all names would take long. */
const longestName = 80;

/** The name that a word was most likely meant to be, if any is near. */
export const nearest = (word: string, names: Iterable<string>): string | undefined =>
  word.length > longestName ? undefined : suggest(word, names);

import * as z from 'zod';

/** A list that core prints as null when it is empty. */
export const emptyList = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullable()
    .transform((list) => list ?? []);

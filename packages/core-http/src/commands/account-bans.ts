import * as z from 'zod';
import { word } from '../argument.ts';
import type { Command } from '../command.ts';

const uint = z.int().nonnegative();

const listSchema = z
  .looseObject({ bannedAccounts: z.array(z.string()) })
  .transform((reply): readonly string[] => reply.bannedAccounts);

/** `banaccounts` without a list: the accounts whose transactions the node filters. */
export const bannedAccountsCommand = (): Command<readonly string[]> => ({
  name: 'banaccounts',
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: listSchema },
  expects: 'a JSON object with "bannedAccounts"',
});

const bannedSchema = z.looseObject({
  status: z.literal('banned accounts updated'),
  added: uint,
  total: uint,
});

/** How many accounts a call added, and how many are banned now. */
export type AccountsBanned = z.infer<typeof bannedSchema>;

/** `banaccounts`: transactions that touch these accounts are FILTERED from now on, unless forced. */
export const banAccountsCommand = (accounts: readonly string[]): Command<AccountsBanned> => ({
  name: 'banaccounts',
  query: { accountids: word('accounts', accounts.join(',')) },
  kind: 'act',
  availability: 'always',
  success: { kind: 'json', schema: bannedSchema },
  expects: 'a JSON object whose "status" is "banned accounts updated"',
});

const unbannedSchema = z.union([
  z.looseObject({ status: z.literal('banned accounts cleared') }),
  z.looseObject({ status: z.literal('banned accounts updated'), removed: uint, total: uint }),
]);

/** Whether all were taken off, or how many and how many are left. */
export type AccountsUnbanned = z.infer<typeof unbannedSchema>;

/** `unbanaccounts`: takes these off the list; all of them when none is named. */
export const unbanAccountsCommand = (accounts?: readonly string[]): Command<AccountsUnbanned> => ({
  name: 'unbanaccounts',
  query: { accountids: accounts === undefined ? undefined : word('accounts', accounts.join(',')) },
  kind: 'act',
  availability: 'always',
  success: { kind: 'json', schema: unbannedSchema },
  expects: 'a JSON object whose "status" is "banned accounts updated" or "banned accounts cleared"',
});

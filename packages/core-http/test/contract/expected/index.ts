import type { Table } from './expectation.ts';
import { infoOfOne } from './info-of-one.ts';
import { infoOfThree } from './info-of-three.ts';
import { ledgerEntries } from './ledger-entries.ts';
import { load } from './load.ts';
import { connections, maintenance, manualClose, notThere } from './maintenance.ts';
import { allMetrics } from './metrics.ts';
import { peers } from './peers.ts';
import { quorum, quorumInCounts } from './quorum.ts';
import { scp } from './scp.ts';
import { soroban } from './soroban.ts';
import { surveys } from './survey.ts';
import { accountBans, testAccounts, testPayments, transactions } from './transactions.ts';
import { upgrades } from './upgrades.ts';

/** What every recorded reply is, by command. */
export const tables: readonly Table[] = [
  accountBans,
  allMetrics,
  connections,
  infoOfOne,
  infoOfThree,
  ledgerEntries,
  load,
  maintenance,
  manualClose,
  notThere,
  peers,
  quorum,
  quorumInCounts,
  scp,
  soroban,
  surveys,
  testAccounts,
  testPayments,
  transactions,
  upgrades,
];

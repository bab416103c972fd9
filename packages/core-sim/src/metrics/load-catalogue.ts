import { type Catalogue, words } from './catalogue.ts';

/** Metrics that a node has from its first load on (stellar-core v27.1.0). */
export const loadCatalogue: Catalogue = {
  counters: [],
  timers: ['loadgen.step.submit'],
  histograms: [],
  meters: {
    op: ['loadgen.payment.submitted'],
    run: ['loadgen.run.complete', 'loadgen.run.failed', 'loadgen.run.start'],
    step: ['loadgen.step.count'],
    txn: words(`
      loadgen.payment.bytes loadgen.soroban.create_upgrade loadgen.soroban.invoke
      loadgen.soroban.setup_invoke loadgen.soroban.setup_upgrade loadgen.soroban.upload
      loadgen.txn.attempted loadgen.txn.bytes loadgen.txn.rejected
    `),
  },
};

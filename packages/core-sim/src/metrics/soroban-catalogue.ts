import { type Catalogue, words } from './catalogue.ts';

/** Metrics that a node has from protocol 20 on (stellar-core v27.1.0). */
export const sorobanCatalogue: Catalogue = {
  counters: words(`
    herder.pending-soroban-txs.age0 herder.pending-soroban-txs.age1
    herder.pending-soroban-txs.age2 herder.pending-soroban-txs.age3
    herder.pending-soroban-txs.banned herder.pending-soroban-txs.count
    herder.pending-soroban-txs.evicted-due-to-age-count
    herder.pending-soroban-txs.evicted-due-to-low-fee-count
    herder.pending-soroban-txs.filtered-due-to-account-keys
    herder.pending-soroban-txs.filtered-due-to-fp-keys herder.pending-soroban-txs.max
    herder.pending-soroban-txs.not-included-due-to-low-fee-count
    herder.pending-soroban-txs.self-count herder.pending-soroban-txs.self-max
    herder.pending-soroban-txs.self-sum herder.pending-soroban-txs.sum
    soroban.config.bucket-list-target-size-byte soroban.config.contract-max-rw-code-byte
    soroban.config.contract-max-rw-data-byte soroban.config.contract-max-rw-key-byte
    soroban.config.fee-write-1kb soroban.config.ledger-max-cpu-insn
    soroban.config.ledger-max-read-entry soroban.config.ledger-max-read-ledger-byte
    soroban.config.ledger-max-tx-count soroban.config.ledger-max-txs-size-byte
    soroban.config.ledger-max-write-entry soroban.config.ledger-max-write-ledger-byte
    soroban.config.tx-max-cpu-insn soroban.config.tx-max-emit-event-byte
    soroban.config.tx-max-mem-byte soroban.config.tx-max-read-entry
    soroban.config.tx-max-read-ledger-byte soroban.config.tx-max-size-byte
    soroban.config.tx-max-write-entry soroban.config.tx-max-write-ledger-byte
    soroban.in-memory-state.contract-code-entries soroban.in-memory-state.contract-code-size
    soroban.in-memory-state.contract-data-entries soroban.in-memory-state.contract-data-size
    soroban.module-cache.num-entries soroban.module-cache.rebuild-bytes
  `),
  timers: words(`
    soroban.ext-fprint-ttl-op.exec soroban.host-fn-op.exec soroban.host-fn-op.invoke-time-nsecs
    soroban.host-fn-op.invoke-time-nsecs-excl-vm soroban.module-cache.compilation-time
    soroban.module-cache.rebuild-time soroban.restore-fprint-op.exec
  `),
  histograms: words(`
    soroban.host-fn-op.declared-cpu-insns-usage-ratio
    soroban.host-fn-op.invoke-time-fsecs-cpu-insn-ratio
    soroban.host-fn-op.invoke-time-fsecs-cpu-insn-ratio-excl-vm
    soroban.host-fn-op.ledger-cpu-insns-ratio soroban.host-fn-op.ledger-cpu-insns-ratio-excl-vm
    soroban.ledger.cpu-insn soroban.ledger.read-entry soroban.ledger.read-ledger-byte
    soroban.ledger.tx-count soroban.ledger.txs-size-byte soroban.ledger.write-entry
    soroban.ledger.write-ledger-byte soroban.tx.size-byte
  `),
  meters: {
    byte: words(`
      soroban.ext-fprint-ttl-op.read-ledger-byte soroban.host-fn-op.emit-event-byte
      soroban.host-fn-op.max-emit-event-byte soroban.host-fn-op.max-rw-code-byte
      soroban.host-fn-op.max-rw-data-byte soroban.host-fn-op.max-rw-key-byte
      soroban.host-fn-op.mem-byte soroban.host-fn-op.read-code-byte
      soroban.host-fn-op.read-data-byte soroban.host-fn-op.read-key-byte
      soroban.host-fn-op.read-ledger-byte soroban.host-fn-op.write-code-byte
      soroban.host-fn-op.write-data-byte soroban.host-fn-op.write-key-byte
      soroban.host-fn-op.write-ledger-byte soroban.restore-fprint-op.read-ledger-byte
      soroban.restore-fprint-op.write-ledger-byte
    `),
    call: words(`
      soroban.host-fn-op.failure soroban.host-fn-op.success
    `),
    entry: words(`
      soroban.host-fn-op.read-entry soroban.host-fn-op.write-entry
    `),
    event: words(`
      soroban.host-fn-op.emit-event
    `),
    insn: words(`
      soroban.host-fn-op.cpu-insn soroban.host-fn-op.cpu-insn-excl-vm
    `),
  },
};

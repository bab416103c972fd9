/** Metrics by their kinds; meters also by what they count. */
export interface Catalogue {
  readonly counters: readonly string[];
  readonly meters: Readonly<Record<string, readonly string[]>>;
  /** All of them count calls. */
  readonly timers: readonly string[];
  readonly histograms: readonly string[];
}

export const words = (text: string): string[] => text.trim().split(/\s+/);

const counters = words(`
  bucket.memory.shared bucketlist-archive.size.bytes bucketlist.entryCounts.ACCOUNT
  bucketlist.entryCounts.CLAIMABLE_BALANCE bucketlist.entryCounts.CONFIG_SETTING
  bucketlist.entryCounts.CONTRACT_CODE bucketlist.entryCounts.DATA
  bucketlist.entryCounts.LIQUIDITY_POOL bucketlist.entryCounts.OFFER
  bucketlist.entryCounts.PERSISTENT_CONTRACT_DATA bucketlist.entryCounts.TEMPORARY_CONTRACT_DATA
  bucketlist.entryCounts.TRUSTLINE bucketlist.entryCounts.TTL bucketlist.entrySizes.ACCOUNT
  bucketlist.entrySizes.CLAIMABLE_BALANCE bucketlist.entrySizes.CONFIG_SETTING
  bucketlist.entrySizes.CONTRACT_CODE bucketlist.entrySizes.DATA
  bucketlist.entrySizes.LIQUIDITY_POOL bucketlist.entrySizes.OFFER
  bucketlist.entrySizes.PERSISTENT_CONTRACT_DATA bucketlist.entrySizes.TEMPORARY_CONTRACT_DATA
  bucketlist.entrySizes.TRUSTLINE bucketlist.entrySizes.TTL bucketlist.size.bytes
  bucketlistDB-hotArchive.ACCOUNT.count bucketlistDB-hotArchive.ACCOUNT.max
  bucketlistDB-hotArchive.ACCOUNT.sum bucketlistDB-hotArchive.CLAIMABLE_BALANCE.count
  bucketlistDB-hotArchive.CLAIMABLE_BALANCE.max bucketlistDB-hotArchive.CLAIMABLE_BALANCE.sum
  bucketlistDB-hotArchive.CONFIG_SETTING.count bucketlistDB-hotArchive.CONFIG_SETTING.max
  bucketlistDB-hotArchive.CONFIG_SETTING.sum bucketlistDB-hotArchive.CONTRACT_CODE.count
  bucketlistDB-hotArchive.CONTRACT_CODE.max bucketlistDB-hotArchive.CONTRACT_CODE.sum
  bucketlistDB-hotArchive.CONTRACT_DATA.count bucketlistDB-hotArchive.CONTRACT_DATA.max
  bucketlistDB-hotArchive.CONTRACT_DATA.sum bucketlistDB-hotArchive.DATA.count
  bucketlistDB-hotArchive.DATA.max bucketlistDB-hotArchive.DATA.sum
  bucketlistDB-hotArchive.LIQUIDITY_POOL.count bucketlistDB-hotArchive.LIQUIDITY_POOL.max
  bucketlistDB-hotArchive.LIQUIDITY_POOL.sum bucketlistDB-hotArchive.OFFER.count
  bucketlistDB-hotArchive.OFFER.max bucketlistDB-hotArchive.OFFER.sum
  bucketlistDB-hotArchive.TRUSTLINE.count bucketlistDB-hotArchive.TRUSTLINE.max
  bucketlistDB-hotArchive.TRUSTLINE.sum bucketlistDB-hotArchive.TTL.count
  bucketlistDB-hotArchive.TTL.max bucketlistDB-hotArchive.TTL.sum bucketlistDB-live.ACCOUNT.count
  bucketlistDB-live.ACCOUNT.max bucketlistDB-live.ACCOUNT.sum
  bucketlistDB-live.CLAIMABLE_BALANCE.count bucketlistDB-live.CLAIMABLE_BALANCE.max
  bucketlistDB-live.CLAIMABLE_BALANCE.sum bucketlistDB-live.CONFIG_SETTING.count
  bucketlistDB-live.CONFIG_SETTING.max bucketlistDB-live.CONFIG_SETTING.sum
  bucketlistDB-live.CONTRACT_CODE.count bucketlistDB-live.CONTRACT_CODE.max
  bucketlistDB-live.CONTRACT_CODE.sum bucketlistDB-live.CONTRACT_DATA.count
  bucketlistDB-live.CONTRACT_DATA.max bucketlistDB-live.CONTRACT_DATA.sum
  bucketlistDB-live.DATA.count bucketlistDB-live.DATA.max bucketlistDB-live.DATA.sum
  bucketlistDB-live.LIQUIDITY_POOL.count bucketlistDB-live.LIQUIDITY_POOL.max
  bucketlistDB-live.LIQUIDITY_POOL.sum bucketlistDB-live.OFFER.count bucketlistDB-live.OFFER.max
  bucketlistDB-live.OFFER.sum bucketlistDB-live.TRUSTLINE.count bucketlistDB-live.TRUSTLINE.max
  bucketlistDB-live.TRUSTLINE.sum bucketlistDB-live.TTL.count bucketlistDB-live.TTL.max
  bucketlistDB-live.TTL.sum bucketlistDB.cache.bytes bucketlistDB.cache.entries
  herder.arb-tx.dropped herder.arb-tx.seen herder.pending-txs.age0 herder.pending-txs.age1
  herder.pending-txs.age2 herder.pending-txs.age3 herder.pending-txs.banned
  herder.pending-txs.count herder.pending-txs.evicted-due-to-age-count
  herder.pending-txs.evicted-due-to-low-fee-count herder.pending-txs.filtered-due-to-account-keys
  herder.pending-txs.filtered-due-to-fp-keys herder.pending-txs.max
  herder.pending-txs.not-included-due-to-low-fee-count herder.pending-txs.self-count
  herder.pending-txs.self-max herder.pending-txs.self-sum herder.pending-txs.sum
  ledger.age.current-seconds ledger.apply-soroban.failure ledger.apply-soroban.max-clusters
  ledger.apply-soroban.stages ledger.apply-soroban.success ledger.apply.failure
  ledger.apply.success ledger.invariant.failure ledger.invariant.state-snapshot-skipped
  ledger.memory.queued-ledgers overlay.connection.authenticated overlay.connection.pending
  overlay.inbound.live overlay.memory.flood-known overlay.recv-transaction.count
  overlay.recv-transaction.max overlay.recv-transaction.sum process.action.overloaded
  process.action.queue process.file.handles process.memory.handles scp.empty-tx-set.externalized
  scp.empty-tx-set.value-replaced scp.memory.cumulative-statements scp.pending.discarded
  scp.pending.fetching scp.pending.processed scp.pending.ready state-archival.eviction.age
  state-archival.eviction.bytes-scanned state-archival.eviction.entries-evicted
  state-archival.eviction.incomplete-scan state-archival.eviction.period
`);

const timers = words(`
  app.post-on-background-thread.delay app.post-on-ledger-close-thread.delay
  app.post-on-main-thread.delay app.post-on-overlay-thread.delay bucket.batch-archive.addtime
  bucket.batch.addtime bucket.merge-time.level-1 bucket.merge-time.level-2 bucket.snap.merge
  bucketlistDB-live.bulk.prefetch database.delete.peer database.select.peer database.update.peer
  history.publish.time ledger.catchup.duration ledger.ledger.close ledger.metastream.write
  ledger.transaction.apply ledger.transaction.total-apply overlay.connection.flood-throttle
  overlay.connection.latency overlay.connection.read-throttle overlay.delay.async-write
  overlay.delay.write-queue overlay.fetch.qset overlay.fetch.txset
  overlay.flood.peer-tx-pull-latency overlay.flood.tx-pull-latency overlay.outbound-queue.advert
  overlay.outbound-queue.demand overlay.outbound-queue.scp overlay.outbound-queue.tx
  overlay.recv.auth overlay.recv.dont-have overlay.recv.error overlay.recv.flood-advert
  overlay.recv.flood-demand overlay.recv.get-scp-qset overlay.recv.get-scp-state
  overlay.recv.get-txset overlay.recv.hello overlay.recv.peers overlay.recv.scp-confirm
  overlay.recv.scp-externalize overlay.recv.scp-message overlay.recv.scp-nominate
  overlay.recv.scp-prepare overlay.recv.scp-qset overlay.recv.send-more
  overlay.recv.start-survey-collecting overlay.recv.stop-survey-collecting
  overlay.recv.survey-request overlay.recv.survey-response overlay.recv.tx-batch
  overlay.recv.txset scp.fetch.envelope scp.timing.ballot-blocked-on-txset
  scp.timing.externalized scp.timing.first-to-self-externalize-lag scp.timing.nominated
  scp.timing.self-to-others-externalize-lag state-archival.eviction.background-time
  state-archival.eviction.blocking-time
`);

const histograms = words(`
  ledger.age.closed-histogram ledger.operation.count ledger.prefetch.hit-rate
  ledger.transaction.count overlay.flood.tx-batch-size scp.cost.per-slot
  scp.slot.values-referenced scp.timeout.nominate scp.timeout.prepare
`);

const meters: Readonly<Record<string, readonly string[]>> = {
  bucketlistDB: words(`
  bucketlistDB.cache.hit bucketlistDB.cache.miss
  `),
  byte: words(`
  ledger.metastream.bytes overlay.byte.read overlay.byte.write overlay.fetch.duplicate-recv
  overlay.fetch.unique-recv overlay.flood.duplicate-recv overlay.flood.unique-recv
  `),
  bytes: words(`
  history.get.throughput
  `),
  call: words(`
  overlay.async.read overlay.async.write
  `),
  connection: words(`
  overlay.inbound.attempt overlay.inbound.drop overlay.inbound.establish overlay.inbound.reject
  overlay.outbound.attempt overlay.outbound.cancel overlay.outbound.drop
  overlay.outbound.establish
  `),
  envelope: words(`
  scp.envelope.emit scp.envelope.invalidsig scp.envelope.receive scp.envelope.sign
  scp.envelope.validsig
  `),
  error: words(`
  overlay.error.read overlay.error.write
  `),
  event: words(`
  history.check.failure history.check.success history.publish.failure history.publish.success
  `),
  failure: words(`
  history.get.failure
  `),
  'item-fetcher': words(`
  overlay.item-fetcher.next-peer
  `),
  message: words(`
  overlay.flood.abandoned-demands overlay.flood.advertised overlay.flood.broadcast
  overlay.flood.demanded overlay.flood.fulfilled overlay.flood.unfulfilled-banned
  overlay.flood.unfulfilled-unknown overlay.message.broadcast overlay.message.drop
  overlay.message.read overlay.message.write overlay.outbound-queue.drop-advert
  overlay.outbound-queue.drop-demand overlay.outbound-queue.drop-scp
  overlay.outbound-queue.drop-tx overlay.send.auth overlay.send.dont-have overlay.send.error
  overlay.send.flood-advert overlay.send.flood-demand overlay.send.get-scp-qset
  overlay.send.get-scp-state overlay.send.get-txset overlay.send.hello overlay.send.peers
  overlay.send.scp-message overlay.send.scp-qset overlay.send.send-more
  overlay.send.start-survey-collecting overlay.send.stop-survey-collecting
  overlay.send.survey-request overlay.send.survey-response overlay.send.transaction
  overlay.send.txset
  `),
  object: words(`
  bucket.batch-archive.objectsadded bucket.batch.objectsadded
  `),
  query: words(`
  bucketlistDB-hotArchive.query.loads bucketlistDB-live.query.loads database.query.exec
  `),
  signature: words(`
  crypto.verify.hit crypto.verify.miss crypto.verify.total crypto.verify.tx-valid-hit
  crypto.verify.tx-valid-total
  `),
  sync: words(`
  scp.sync.lost
  `),
  timeout: words(`
  overlay.demand.timeout overlay.timeout.idle overlay.timeout.straggler
  `),
  transaction: words(`
  overlay.flood.irrelevant-txs overlay.flood.relevant-txs
  `),
  trigger: words(`
  scp.trigger.prepare-start-fallback
  `),
  value: words(`
  scp.nomination.combinecandidates scp.value.invalid scp.value.valid
  `),
};

/** Metrics that exist from the start of a node (stellar-core v27.1.0). */
export const catalogue: Catalogue = { counters, meters, timers, histograms };

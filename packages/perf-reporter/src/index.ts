// Sampling.

// Figures.
export { type Column, columns, renderColumnDocs } from './columns.ts';
export type { Doubt } from './doubts.ts';
export type { Recording } from './join-phases.ts';
export { createReport, type FiguresOf, type Report } from './report.ts';
export {
  type LoadFacts,
  type MetricValue,
  type PhaseSpan,
  type RunFacts,
  type Sample,
  sampledMetrics,
  type TopologyFacts,
} from './sample.ts';
export { type Sampler, type SamplerOptions, startSampling } from './sampler.ts';

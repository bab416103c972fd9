import type { CoreClientOptions } from '@ssc/core-http';

/** How requests reach one node. */
export type NodeWay = Required<
  Pick<CoreClientOptions, 'dispatcher' | 'baseUrl' | 'headers' | 'urlLimit'>
>;

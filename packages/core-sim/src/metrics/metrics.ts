import { type Catalogue, catalogue } from './catalogue.ts';

interface Counter {
  readonly type: 'counter';
  count: number;
}

interface Meter {
  readonly type: 'meter';
  readonly eventType: string;
  readonly rates: Rates;
}

interface Distribution {
  readonly type: 'timer' | 'histogram';
  readonly rates: Rates;
  readonly samples: Samples;
}

interface Buckets {
  readonly type: 'buckets';
  readonly buckets: readonly { readonly boundary: number; readonly inner: Distribution }[];
}

type Metric = Counter | Meter | Distribution | Buckets;

/** How often rates are brought up to date (libmedida: EWMA). */
const rateTickMs = 5000;

/** The count of events and how fast they come: a mean and three moving averages. */
class Rates {
  count = 0;
  #sinceTick = 0;
  #startMs: number;
  #tickMs: number;
  readonly #averages: (number | undefined)[] = [undefined, undefined, undefined];

  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#tickMs = nowMs;
  }

  mark(nowMs: number, events: number): void {
    this.#catchUp(nowMs);
    this.count += events;
    this.#sinceTick += events;
  }

  clear(nowMs: number): void {
    this.count = 0;
    this.#sinceTick = 0;
    this.#startMs = nowMs;
    this.#tickMs = nowMs;
    this.#averages.fill(undefined);
  }

  /** Mean, 1, 5 and 15 minute rates, in events per second. */
  rates(nowMs: number): readonly [number, number, number, number] {
    this.#catchUp(nowMs);
    const seconds = (nowMs - this.#startMs) / 1000;
    const mean = seconds > 0 ? this.count / seconds : 0;
    const [one = 0, five = 0, fifteen = 0] = this.#averages;
    return [mean, one, five, fifteen];
  }

  #catchUp(nowMs: number): void {
    const ticks = Math.floor((nowMs - this.#tickMs) / rateTickMs);
    if (ticks <= 0) return;
    const instant = this.#sinceTick / (rateTickMs / 1000);
    this.#sinceTick = 0;
    for (const [i, minutes] of [1, 5, 15].entries()) {
      const keep = Math.exp(-rateTickMs / 60_000 / minutes);
      const before = this.#averages[i];
      const after = before === undefined ? instant : instant + (before - instant) * keep;
      this.#averages[i] = after * keep ** (ticks - 1);
    }
    this.#tickMs += ticks * rateTickMs;
  }
}

/** Values since the start, and those of the last window for percentiles. */
class Samples {
  count = 0;
  sum = 0;
  min = 0;
  max = 0;
  #squares = 0;
  #window: number[] = [];
  #complete: number[] = [];
  #windowEndMs = 0;

  add(nowMs: number, value: number): void {
    this.#roll(nowMs);
    this.min = this.count === 0 ? value : Math.min(this.min, value);
    this.max = this.count === 0 ? value : Math.max(this.max, value);
    this.count += 1;
    this.sum += value;
    this.#squares += value * value;
    this.#window.push(value);
  }

  clear(): void {
    this.count = 0;
    this.sum = 0;
    this.min = 0;
    this.max = 0;
    this.#squares = 0;
    this.#window = [];
    this.#complete = [];
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  get deviation(): number {
    if (this.count < 2) return 0;
    const variance = (this.#squares - (this.sum * this.sum) / this.count) / (this.count - 1);
    return Math.sqrt(Math.max(0, variance));
  }

  /** The values below which these shares of the last complete window lie; 0 when nothing came in it. */
  percentiles(nowMs: number, shares: readonly number[]): number[] {
    this.#roll(nowMs);
    const sorted = [...this.#complete].sort((a, b) => a - b);
    return shares.map((share) => {
      if (sorted.length === 0) return 0;
      return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
    });
  }

  #roll(nowMs: number): void {
    if (nowMs < this.#windowEndMs) return;
    const isNext = nowMs < this.#windowEndMs + windowMs;
    this.#complete = isNext ? this.#window : [];
    this.#window = [];
    this.#windowEndMs = (Math.floor(nowMs / windowMs) + 1) * windowMs;
  }
}

// HISTOGRAM_WINDOW_SIZE's default.
const windowMs = 30_000;

const shares = [0.5, 0.75, 0.95, 0.98, 0.99, 0.999, 1];
const shareNames = ['median', '75%', '95%', '98%', '99%', '99.9%', '100%'];

/** The boundaries of `ledger.age.closed` in milliseconds; the last is the largest double. */
const ageBoundaries = [5000, 7000, 10_000, 20_000, Number.MAX_VALUE];

/** A node's metrics: those that core has from its start, and those that come with their first use. */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();
  readonly #created = new Set<Catalogue>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.create(catalogue);
    this.#metrics.set('ledger.age.closed', {
      type: 'buckets',
      buckets: ageBoundaries.map((boundary) => ({ boundary, inner: this.#distribution('timer') })),
    });
  }

  /** Makes the metrics that there are not yet, with nothing in them. */
  create(all: Catalogue): void {
    if (this.#created.has(all)) return;
    this.#created.add(all);
    const { counters, meters, timers, histograms } = all;
    for (const name of counters) this.add(name, 0);
    for (const [eventType, names] of Object.entries(meters))
      for (const name of names) this.mark(name, 0, eventType);
    for (const name of timers) this.#get(name, () => this.#distribution('timer'));
    for (const name of histograms) this.#get(name, () => this.#distribution('histogram'));
  }

  /** Counts events of a meter; `eventType` names them when the meter is new. */
  mark(name: string, events = 1, eventType = 'event'): void {
    const metric = this.#get(name, () => this.#meter(eventType));
    if (metric.type === 'meter') metric.rates.mark(this.#now(), events);
  }

  /** Sets a counter. */
  set(name: string, count: number): void {
    const metric = this.#get(name, () => ({ type: 'counter', count: 0 }));
    if (metric.type === 'counter') metric.count = count;
  }

  /** Adds to a counter. */
  add(name: string, count = 1): void {
    const metric = this.#get(name, () => ({ type: 'counter', count: 0 }));
    if (metric.type === 'counter') metric.count += count;
  }

  /** Adds a value to a timer (milliseconds), a histogram or the metric with buckets. */
  update(name: string, value: number, type: 'timer' | 'histogram' = 'timer'): void {
    const metric = this.#get(name, () => this.#distribution(type));
    if (metric.type === 'timer' || metric.type === 'histogram') this.#sample(metric, value);
    if (metric.type === 'buckets') {
      const bucket = metric.buckets.find(({ boundary }) => value <= boundary);
      if (bucket !== undefined) this.#sample(bucket.inner, value);
    }
  }

  /** The count of a metric; 0 when it does not exist. */
  count(name: string): number {
    const metric = this.#metrics.get(name);
    if (metric === undefined || metric.type === 'buckets') return 0;
    return metric.type === 'counter' ? metric.count : metric.rates.count;
  }

  /** The moving average over one minute of a meter, in events per second. */
  rate(name: string): number {
    const metric = this.#metrics.get(name);
    return metric?.type === 'meter' ? metric.rates.rates(this.#now())[1] : 0;
  }

  /** Resets values; with a domain, only of the metrics whose first word it is. */
  clear(domain: string): void {
    const now = this.#now();
    for (const [name, metric] of this.#metrics) {
      if (domain !== '' && !name.startsWith(`${domain}.`)) continue;
      if (metric.type === 'counter') metric.count = 0;
      else if (metric.type === 'meter') metric.rates.clear(now);
      else
        for (const { rates, samples } of metric.type === 'buckets'
          ? metric.buckets.map((bucket) => bucket.inner)
          : [metric]) {
          rates.clear(now);
          samples.clear();
        }
    }
  }

  /** The text of `/metrics`; `enable` names domains or whole metrics to be told. */
  render(host: string, enable: readonly string[] | undefined): string {
    const isEnabled = (name: string): boolean =>
      enable === undefined || enable.includes(name) || enable.includes(name.split('.')[0] ?? '');
    const time = new Date(this.#now()).toISOString().slice(0, 19);
    const body = [...this.#metrics.keys()]
      .filter(isEnabled)
      .sort()
      .map((name) => `"${name}":{\n${this.#fields(this.#metrics.get(name) as Metric)}\n}\n`);
    return `{\n"ts":"${time}Z",\n"uname":"${host}",\n"metrics":{\n${body.join(',')}}}\n`;
  }

  #fields(metric: Metric): string {
    const now = this.#now();
    switch (metric.type) {
      case 'counter':
        return `"type":"counter",\n"count":${metric.count}`;
      case 'meter':
        return `"type":"meter",\n"count":${metric.rates.count},\n"event_type":"${metric.eventType}",\n${rateFields(metric.rates, now)}`;
      case 'timer':
      case 'histogram':
        return distributionFields(metric, now);
      case 'buckets': {
        const all = metric.buckets.map(
          ({ boundary, inner }) =>
            `{\n"boundary":${renderNumber(boundary)},\n${distributionFields(inner, now)}\n}`,
        );
        return `"type":"buckets",\n"boundary_unit":"ms",\n"buckets":[\n${all.join(',\n')}\n]`;
      }
    }
  }

  #sample(metric: Distribution, value: number): void {
    const now = this.#now();
    metric.rates.mark(now, 1);
    metric.samples.add(now, value);
  }

  #get(name: string, create: () => Metric): Metric {
    let metric = this.#metrics.get(name);
    if (metric === undefined) {
      metric = create();
      this.#metrics.set(name, metric);
    }
    return metric;
  }

  #meter(eventType: string): Meter {
    return { type: 'meter', eventType, rates: new Rates(this.#now()) };
  }

  #distribution(type: 'timer' | 'histogram'): Distribution {
    return { type, rates: new Rates(this.#now()), samples: new Samples() };
  }
}

function rateFields(rates: Rates, now: number): string {
  const [mean, one, five, fifteen] = rates.rates(now).map(renderNumber);
  return `"rate_unit":"s",\n"mean_rate":${mean},\n"1_min_rate":${one},\n"5_min_rate":${five},\n"15_min_rate":${fifteen}`;
}

function distributionFields(metric: Distribution, now: number): string {
  const { samples, rates } = metric;
  const values = samples.percentiles(now, shares).map(renderNumber);
  const named = shareNames.map((name, i) => `"${name}":${values[i]}`);
  const statistics = [
    ['min', samples.min],
    ['max', samples.max],
    ['mean', samples.mean],
    ['stddev', samples.deviation],
    ['sum', samples.sum],
  ] as const;
  const tail = [...statistics.map(([name, value]) => `"${name}":${renderNumber(value)}`), ...named];
  return metric.type === 'histogram'
    ? `"type":"histogram",\n"count":${samples.count},\n${tail.join(',\n')}`
    : `"type":"timer",\n"count":${samples.count},\n"event_type":"calls",\n${rateFields(rates, now)},\n"duration_unit":"ms",\n${tail.join(',\n')}`;
}

/** A number as C++ streams print it: 6 significant digits. */
export function renderNumber(value: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(6)))));
  if (exponent >= -5 && exponent < 6) return String(Number(value.toPrecision(6)));
  const [digits = '', power = ''] = value.toExponential(5).split('e');
  const sign = power.startsWith('-') ? '-' : '+';
  return `${String(Number(digits))}e${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
}

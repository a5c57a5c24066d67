import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { defineSection, headerText, setting } from '../config/section.ts'

export const metricsSettings = defineSection({
  title: 'Metrics',
  settings: {
    token: setting.secret({
      env: 'METRICS_TOKEN',
      minLength: 16,
      ...headerText,
      description: 'Bearer token for GET /metrics. Outside development /metrics answers only when it is set.',
    }),
  },
})

/** Counters, gauges and histograms of one process, in one registry of its own (several apps can live in one process). */
export interface Metrics {
  counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L>
  gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L>
  histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L>
  /** The Prometheus text, and its content type. */
  expose(): Promise<{ text: string; contentType: string }>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    counter: (name, help, labelNames) => new Counter({ name, help, labelNames, registers }),
    gauge: (name, help, labelNames) => new Gauge({ name, help, labelNames, registers }),
    histogram: (name, help, labelNames, buckets) => new Histogram({ name, help, labelNames, buckets, registers }),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  }
}

import type { SampleHost } from './host/sample-host.ts'
import { AppstrateTruth } from './products/appstrate/truth.ts'
import { BrittleTruth } from './products/brittle/truth.ts'
import { FluxTruth } from './products/flux/truth.ts'
import { HandoffRailTruth } from './products/handoffrail/truth.ts'
import { StackTruth } from './stack-truth.ts'

/** How to fill each sample product with data, by its folder in `e2e/products`. */
export const SAMPLE_PRODUCTS: Readonly<Record<string, (sample: SampleHost) => Promise<void>>> = {
  monlight: (sample) => new StackTruth(sample).seed(),
  brittle: async (sample) => (await BrittleTruth.open(sample)).seed(),
  appstrate: (sample) => new AppstrateTruth(sample).seed(),
  handoffrail: async (sample) => (await HandoffRailTruth.open(sample)).seed(),
  flux: async (sample) => (await FluxTruth.open(sample)).seed(),
}

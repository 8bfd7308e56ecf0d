/** The part of d3-dsv, a dependency of vega-datasets, that the tests use. */
declare module "d3-dsv" {
  export function csvParse(text: string): Record<string, string>[];
}

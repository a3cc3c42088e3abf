/** 'small' is a quick look on a loaded machine or in CI; 'full' is what docs/measure.md quotes. */
export type Size = 'small' | 'full';

/** One measured value: `ratio` is against what `against` names, `aim` what the ratio (or the value, where there is none) should be. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly against?: string;
  readonly aim?: string;
}

/** A bench module: `test/bench/<name>.ts` exports these and adds its name to the list in index.ts. */
export interface Bench {
  readonly name: string;
  run(size: Size): Promise<Figure[]>;
}

import { type Markup } from '../html/markup';

/** What a shape of chart draws, and how much room it takes. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Markup[];
}

/** The most different colors a page's style knows; further series repeat them. */
export const seriesColors = 6;

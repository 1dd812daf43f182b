/** A report as the renderers take it: every text is plain text, never markup. */
export interface Report {
  readonly title: string;
  readonly subtitle: string | undefined;
  readonly date: Date;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

export type Block =
  | { readonly kind: 'text'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  | ({ readonly kind: 'table' } & Table)
  | ({ readonly kind: 'chart' } & Chart)
  | { readonly kind: 'sources'; readonly sources: readonly Source[] };

/** One number that matters, shown large. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out. */
  readonly omitted: number;
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export interface Source {
  readonly title: string;
  readonly url?: string;
  readonly note?: string;
}

export interface Chart {
  readonly shape: 'bar' | 'line';
  readonly title: string;
  readonly description?: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly unit?: string;
  readonly scale: 'linear' | 'log';
}

export interface Series {
  readonly name: string;
  /** One per label; null: no value. */
  readonly values: readonly (number | null)[];
  /** Places of values to point out, such as anomalies. */
  readonly marks: readonly number[];
}

import { type JsonObject, type JsonValue } from '@baton/contracts';
import { formatValue, readableKey } from './format-value';
import { type Block, type Section } from './report';
import { tableOf } from './table';

const deepest = 5;
const mostItems = 100;
const chartFrom = 8;

/** Blocks and sections that lay a value out. */
export interface Layout {
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

/**
 * Any JSON laid out: single values as a table of names and values, lists of like objects as tables, lists of numbers as
 * charts, other lists as bullets or sections, nested objects as sections of their own; what lies too deep as JSON.
 */
export function layOut(value: JsonValue, depth = 0): Layout {
  if (Array.isArray(value)) return depth >= deepest ? asText(value) : layOutList(value, depth);
  if (value !== null && typeof value === 'object') return depth >= deepest ? asText(value) : layOutObject(value, depth);
  return asText(value);
}

function asText(value: JsonValue): Layout {
  return { blocks: [{ kind: 'text', paragraphs: [formatValue(value, 2000)] }], sections: [] };
}

function layOutObject(value: JsonObject, depth: number): Layout {
  const entries = Object.entries(value);
  if (entries.length === 0) return asText('Nothing.');
  const single = entries.filter(([, of]) => isScalar(of));
  const rows = single.map(([key, of]) => [readableKey(key), formatValue(of, 2000)]);
  const columns = [{ title: 'Name' }, { title: 'Value' }];
  const nested = entries.filter(([, of]) => !isScalar(of));
  return {
    blocks: rows.length > 0 ? [{ kind: 'table', ...tableOf(rows, columns) }] : [],
    sections: nested.map(([key, of]) => ({ title: readableKey(key), ...layOut(of, depth + 1) })),
  };
}

function layOutList(list: readonly JsonValue[], depth: number): Layout {
  if (list.length === 0) return asText('Nothing.');
  if (list.every((item) => typeof item === 'number') && list.length >= chartFrom) return asChart(list);
  if (list.every(isScalar)) return asBullets(list);
  if (list.every(isFlatObject)) return { blocks: [{ kind: 'table', ...tableOf(list) }], sections: [] };
  const sections = list
    .slice(0, mostItems)
    .map((item, place) => ({ title: titleOf(item, place), ...layOut(item, depth + 1) }));
  const left = list.length - sections.length;
  const blocks: Block[] = left > 0 ? [{ kind: 'text', paragraphs: [`The first ${mostItems} of ${list.length}.`] }] : [];
  return { blocks, sections };
}

function asChart(values: readonly number[]): Layout {
  const labels = values.map((_value, place) => String(place + 1));
  const series = [{ name: 'Value', values, marks: [] }];
  const title = `${values.length} values in order`;
  return { blocks: [{ kind: 'chart', shape: 'line', title, labels, series, scale: 'linear' }], sections: [] };
}

function asBullets(list: readonly JsonValue[]): Layout {
  const items = list.slice(0, mostItems).map((item) => formatValue(item, 2000));
  const left = list.length - items.length;
  return { blocks: [{ kind: 'list', items: left > 0 ? [...items, `… and ${left} more`] : items }], sections: [] };
}

function isScalar(value: JsonValue): boolean {
  return value === null || typeof value !== 'object';
}

function isFlatObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isScalar);
}

/** What an item calls itself, or its place. */
function titleOf(item: JsonValue, place: number): string {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return `Item ${place + 1}`;
  const name = [item.title, item.name, item.id].find((given) => typeof given === 'string' && given !== '');
  return typeof name === 'string' ? name : `Item ${place + 1}`;
}

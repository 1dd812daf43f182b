import { element, type Markup } from '../html/markup';
import { type Chart } from '../report/report';
import { barPlot } from './bar-plot';
import { linePlot } from './line-plot';

/** A chart as SVG with title and description for those who cannot see it. Colors and fonts come from the page's style. */
export function chartSvg(chart: Chart, id: string): Markup {
  const { width, height, marks } = chart.shape === 'bar' ? barPlot(chart) : linePlot(chart);
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    class: `chart ${chart.shape}`,
    role: 'img',
    'aria-labelledby': `${id}-title ${id}-desc`,
    style: `max-width:${width}px`,
  };
  const title = element('title', { id: `${id}-title` }, chart.title);
  const description = element('desc', { id: `${id}-desc` }, describeChart(chart));
  return element('svg', attributes, title, description, ...marks);
}

/** What the chart shows, in a sentence. */
export function describeChart(chart: Chart): string {
  if (chart.description !== undefined) return chart.description;
  const names = chart.series.map((series) => series.name).join(', ');
  return `${chart.shape === 'bar' ? 'Bar' : 'Line'} chart of ${names} over ${chart.labels.length} labels${unitOf(chart)}.`;
}

function unitOf({ unit }: Chart): string {
  return unit === undefined ? '' : ` in ${unit}`;
}

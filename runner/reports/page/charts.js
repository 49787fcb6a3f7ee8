// From the data of one chart to Chart.js. A mode keeps its colour, pattern, dash and point from chart
// to chart, and its name stands beside what is drawn, so nobody has to tell colours apart.

const dashes = [[], [7, 4], [2, 3], [9, 3, 2, 3], [14, 4], [4, 2, 1, 2], [1, 2]];
const point_styles = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star', 'cross'];
const mode_count = 7;
const label_font = {size: 12, family: getComputedStyle(document.body).fontFamily};
const row_height = 34;
const panel_height = 128;

Chart.defaults.font.family = label_font.family;
Chart.defaults.font.size = label_font.size;
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.devicePixelRatio = Math.max(devicePixelRatio, 2);  // For paper.
Chart.defaults.plugins.legend.display = false;

// A colour of the style sheet, which knows whether it is dark.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const mode_colour = (index) => colour(`mode-${index % mode_count}`);

const is_wide = ({kind}) => kind === 'timeline' || kind === 'scaling';

function height_of({kind, categories, series}) {
  if (kind === 'timeline') return 60 + panel_height * series.length;
  if (kind === 'bars' && series.length > 1) return 90 + 58 * categories.length;
  if (kind === 'bars' || kind === 'ratios') return Math.max(60 + row_height * categories.length, 130);
  return 330;
}

// --- Patterns -----------------------------------------------------------------------------------

// Strokes on a tile of 8 x 8 that go on in the next tile.
const strokes = [
  [],
  [[0, 8, 8, 0], [-1, 1, 1, -1], [7, 9, 9, 7]],
  [[0, 2, 8, 2], [0, 6, 8, 6]],
  [[0, 0, 8, 8], [-1, 7, 1, 9], [7, -1, 9, 1]],
  [[2, 0, 2, 8], [6, 0, 6, 8]],
  [[0, 4, 8, 4], [4, 0, 4, 8]],
  [[0, 8, 8, 0], [0, 0, 8, 8]],
];

function pattern(index, ink) {
  const tile = Object.assign(document.createElement('canvas'), {width: 8, height: 8});
  const pen = tile.getContext('2d');
  pen.fillStyle = pen.strokeStyle = ink;
  pen.globalAlpha = index === 0 ? 0.85 : 0.2;
  pen.fillRect(0, 0, 8, 8);
  pen.globalAlpha = 1;
  pen.lineWidth = 1.5;
  for (const [x1, y1, x2, y2] of strokes[index % strokes.length]) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
  return pen.createPattern(tile, 'repeat');
}

// --- Parts of a configuration -------------------------------------------------------------------

const canvas_font = (weight = 400) => `${weight} ${label_font.size}px ${label_font.family}`;

function text_width(texts, weight) {
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = canvas_font(weight);
  return Math.max(0, ...texts.map((text) => pen.measureText(text).width));
}

function axis(label, more = {}) {
  return {
    title: {display: label !== '', text: label, color: colour('faint')},
    grid: {color: colour('rule'), borderColor: colour('faint'), tickLength: 4},
    ...more,
    ticks: {color: colour('ink'), maxRotation: 0, ...more.ticks},
  };
}

const interval_of = ([, , low, high], size) => low == null || high == null ? null : [low / size, high / size];

// A value for each category; what is not known stays empty.
function by_category({categories, x: {size}}, {points}) {
  const found = categories.map((_, index) => points.find(([category]) => category === index));
  return {
    data: found.map((point) => point ? point[1] / size : null),
    intervals: found.map((point) => point ? interval_of(point, size) : null),
    texts: found.map((point) => point?.[4] ?? ''),
  };
}

// Axes know of values and not of intervals.
const largest_end = (datasets) => Math.max(0, ...datasets.flatMap(({intervals}) => intervals.map((ends) => ends?.[1] ?? 0)));

const mode_point = (index) => ({
  pointStyle: point_styles[index % point_styles.length],
  pointBorderColor: mode_colour(index),
  pointBackgroundColor: mode_colour(index),
  pointBorderWidth: 2,
});

const mode_line = (index) => ({
  ...mode_point(index),
  borderColor: mode_colour(index),
  borderDash: dashes[index % dashes.length],
  borderWidth: 2,
  whisker: mode_colour(index),
});

const category_axis = () => axis('', {grid: {display: false}, ticks: {autoSkip: false}});

// --- One function for each kind -----------------------------------------------------------------

function bars(chart) {
  const of_modes = chart.series.length === 1;
  const inks = of_modes ? chart.categories.map((_, index) => mode_colour(index)) : [colour('neutral')];
  const datasets = chart.series.map((series, index) => ({
    ...by_category(chart, series),
    label: series.name,
    backgroundColor: of_modes ? inks.map((ink, mode) => pattern(mode, ink)) : pattern(index, inks[0]),
    borderColor: of_modes ? inks : inks[0],
    borderWidth: 1,
    maxBarThickness: 20,
    categoryPercentage: of_modes ? 0.8 : 0.84,
  }));
  const room = text_width(datasets.flatMap(({texts}) => texts)) + 14;
  return {
    type: 'bar',
    data: {labels: chart.categories, datasets},
    options: {
      indexAxis: 'y',
      layout: {padding: {right: room}},
      scales: {x: axis(chart.x.label, {min: 0, suggestedMax: largest_end(datasets), ticks: {maxTicksLimit: 7}}), y: category_axis()},
      plugins: {
        legend: {display: !of_modes, position: 'bottom', labels: {color: colour('ink'), boxWidth: 26}},
        tooltip: {enabled: false},
      },
    },
    plugins: [whiskers, end_texts],
  };
}

function ratios(chart) {
  const dataset = {
    ...by_category(chart, chart.series[0]),
    ...mode_point(0),
    showLine: false,
    pointRadius: 5,
    pointStyle: chart.categories.map((_, index) => mode_point(index).pointStyle),
    pointBorderColor: chart.categories.map((_, index) => mode_colour(index)),
    pointBackgroundColor: chart.categories.map((_, index) => mode_colour(index)),
  };
  const shown = [...dataset.data, ...dataset.intervals.flat(), ...chart.same]
    .filter((value) => value !== null);
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const is_far = least > 0 && most / least > 4;
  const margin = (most - least) * 0.06;
  const range = is_far ? {type: 'logarithmic', min: least / 1.2, max: most * 1.2}
    : {suggestedMin: least - margin, suggestedMax: most + margin};
  return {
    type: 'line',
    data: {labels: chart.categories, datasets: [dataset]},
    options: {
      indexAxis: 'y',
      layout: {padding: {right: text_width(dataset.texts) + 14}},
      scales: {x: axis(chart.x.label, {...range, ticks: {maxTicksLimit: 7}}), y: {...category_axis(), offset: true}},
      plugins: {same_band: {same: chart.same}, tooltip: {enabled: false}},
    },
    plugins: [same_band, whiskers, end_texts],
  };
}

// Of a power of ten, which needs no rounding.
function duration_tick(ns) {
  const [size, unit] = [[1e9, 's'], [1e6, 'ms'], [1e3, 'us'], [1, 'ns']].find(([one]) => ns >= one) ?? [1, 'ns'];
  return Number.isInteger(Math.round(Math.log10(ns) * 1e6) / 1e6) ? `${ns / size} ${unit}` : '';
}

const share_ticks = [[2, '50 %'], [10, '90 %'], [100, '99 %'], [1e3, '99.9 %'],
  [1e4, '99.99 %'], [1e5, '99.999 %'], [1e6, '99.9999 %']];

function lines(chart, series_options, scales) {
  const datasets = chart.series.map(({name, points}, index) => ({
    label: name,
    data: points.map(([x, y]) => ({x: x / chart.x.size, y: y / chart.y.size})),
    intervals: points.map((point) => interval_of(point, chart.y.size)),
    ...mode_line(index),
    ...series_options(index),
  }));
  return {
    type: 'line',
    data: {datasets},
    options: {
      layout: {padding: {right: text_width(datasets.map(({label}) => label), 600) + 14}},
      scales,
      plugins: {tooltip: {enabled: false}},
    },
    plugins: [whiskers, line_names],
  };
}

function latency(chart) {
  const every = 16;  // Points this far apart are marked, each line's at places of its own.
  const marked = (index) => ({dataIndex}) => dataIndex % every === (5 * index) % every ? 4 : 0;
  return lines(chart, (index) => ({pointRadius: marked(index)}), {
    x: axis(chart.x.label, {
      type: 'logarithmic',
      min: 1,
      afterBuildTicks: (scale) => {
        const first = scale.chart.width < 360 ? 1 : 0;  // There is no room for the two leftmost.
        scale.ticks = share_ticks.slice(first).filter(([at]) => at <= scale.max).map(([value]) => ({value}));
      },
      ticks: {callback: (value) => share_ticks.find(([at]) => at === value)?.[1] ?? ''},
    }),
    y: axis(chart.y.label, {
      type: 'logarithmic',
      suggestedMax: 1.5 * Math.max(...chart.series.flatMap(({points}) => points.map(([, y]) => y))),
      afterBuildTicks: (scale) => {
        scale.ticks = scale.ticks.filter(({value}) => duration_tick(value) !== '');
      },
      ticks: {callback: duration_tick},
    }),
  });
}

function scaling(chart) {
  const met = chart.series.flatMap(({points}) => points.map(([workers]) => workers));
  const counts = [...new Set(met)].sort((left, right) => left - right);
  const is_far = counts.at(-1) / counts[0] > 8;
  return lines(chart, () => ({pointRadius: 4}), {
    x: axis(chart.x.label, {
      type: is_far ? 'logarithmic' : 'linear',
      min: is_far ? counts[0] / 1.15 : 0,
      max: is_far ? counts.at(-1) * 1.05 : counts.at(-1),
      afterBuildTicks: (scale) => {
        scale.ticks = counts.map((value) => ({value}));
      },
      ticks: {callback: (value) => String(value)},
    }),
    y: axis(chart.y.label, {min: 0, suggestedMax: largest_end(chart.series.map(({points}) => (
      {intervals: points.map((point) => interval_of(point, chart.y.size))}))) * 1.02}),
  });
}

function timeline(chart) {
  const most = Math.max(...chart.series.flatMap(({points}) => points.map(([, y]) => y))) / chart.y.size;
  const scales = {x: axis(chart.x.label, {type: 'linear', min: 0, size: chart.x.size, ticks: {maxTicksLimit: 9}})};
  const datasets = chart.series.map(({name, points, marks = []}, index) => {
    const panel = `y${index}`;  // Chart.js takes the axis from the first letter.
    const weight = chart.series.length - index;
    scales[panel] = axis(chart.y.label, {
      stack: 'panels', offset: false, weight, min: 0, max: most * 1.4,  // Room for the names of marks.
      ticks: {maxTicksLimit: 4, callback: (value) => value > most * 1.2 ? '' : value},
    });
    const steps = points.map(([x, y]) => ({x: x / chart.x.size, y: y / chart.y.size}));
    return {
      label: name,
      marks,
      yAxisID: panel,
      data: [{x: 0, y: steps[0]?.y ?? 0}, ...steps],
      stepped: 'after',  // A rate is that of the slice which ends at its point.
      fill: 'origin',
      backgroundColor: pattern(index + 1, mode_colour(index)),
      borderColor: mode_colour(index),
      borderWidth: 1.5,
      pointRadius: 0,
    };
  });
  return {
    type: 'line',
    data: {datasets},
    options: {scales, plugins: {tooltip: {enabled: false}}},
    plugins: [event_marks],
  };
}

const kinds = {bars, ratios, latency, scaling, timeline};

// A sheet of paper has no window to fit into: on it, a chart's size is such that two fit side by side.
function draw_chart(canvas, chart) {
  const config = kinds[chart.kind](chart);
  if (document.documentElement.classList.contains('for-paper')) {
    config.options.responsive = false;
    Object.assign(canvas, {width: is_wide(chart) ? 640 : 300, height: height_of(chart)});
  }
  return new Chart(canvas, config);
}

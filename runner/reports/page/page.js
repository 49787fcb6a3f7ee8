// From the data of the page to its elements. All text becomes text nodes, never markup: workers may
// have written it.

const data = JSON.parse(document.getElementById('data').textContent);
const draw_all = location.hash === '#all';
const few_experiments = 3;  // So many are open from the start.
const longest_line = 24;    // Of a cell; longer texts are broken.
const many_columns = 5;     // More are drawn closer together.

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const paragraphs = (texts, className = '') => texts.map((text) => make('p', {className}, text));

// --- Tables -------------------------------------------------------------------------------------

function scroll_box(table, label) {
  const box = make('div', {className: 'scroll', tabIndex: 0}, table);
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', label);
  return box;
}

function head_row(texts) {
  const cells = texts.map((text) => make('th', {scope: 'col'}, text));
  return make('thead', {}, make('tr', {}, ...cells));
}

function report_cell(cell) {
  const [text, tone] = Array.isArray(cell) ? cell : [cell, ''];
  return make('td', {className: text.length > longest_line ? `${tone} long` : tone}, text);
}

// link_of(group): where the label of the group's first row leads to, or null.
function report_table({title, columns, groups}, link_of = () => null) {
  const rows_of = (group, index) => group.map(({label, cells}, row) => {
    const link = row === 0 ? link_of(index) : null;
    const head = make('th', {scope: 'row', className: label.startsWith(' ') ? 'part' : ''},
        link ? make('a', {href: link}, label) : label.trim());
    return make('tr', {}, head, ...cells.map(report_cell));
  });
  const has_title = (group) => group[0].cells.every((cell) => cell === '');
  const bodies = groups.map((group, index) =>
    make('tbody', {className: has_title(group) ? 'titled' : ''}, ...rows_of(group, index)));
  const className = columns.length > many_columns ? 'close' : '';
  return scroll_box(make('table', {className}, head_row(['', ...columns]), ...bodies), title);
}

function text_table({columns, rows}, title) {
  const lines = rows.map(([first, ...others]) => make('tr', {},
      make('th', {scope: 'row'}, first), ...others.map((text) => make('td', {}, text))));
  return scroll_box(make('table', {}, head_row(columns), make('tbody', {}, ...lines)), title);
}

function facts_list(facts) {
  const items = facts.flatMap(([name, text]) => [make('dt', {}, name), make('dd', {}, text)]);
  return items.length > 0 ? make('dl', {}, ...items) : null;
}

// --- Charts: drawn when they come into sight ----------------------------------------------------

const drawers = new Map();  // Of charts that were asked for: canvas box -> function that draws.
const drawn = new Map();    // canvas box -> Chart

function note_state() {
  const facts = document.body.dataset;
  facts.charts = drawn.size;
  facts.width = innerWidth;
  facts.fits = document.documentElement.scrollWidth <= innerWidth ? 'yes' : 'no';
}

function draw_box(box) {
  drawn.get(box)?.destroy();
  drawn.set(box, drawers.get(box)());
}

const sight = new IntersectionObserver((entries) => {
  for (const {isIntersecting, target} of entries) {
    if (!isIntersecting) continue;
    sight.unobserve(target);
    if (!drawn.has(target)) draw_box(target);
  }
  note_state();
}, {rootMargin: '300px'});

function chart_figure(chart) {
  const canvas = make('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `Chart: ${chart.title}. The numbers are in the table below it.`);
  const box = make('div', {className: 'canvas'}, canvas);
  box.style.height = `${height_of(chart)}px`;
  drawers.set(box, () => draw_chart(canvas, chart));
  sight.observe(box);
  const numbers = make('details', {}, make('summary', {}, 'Numbers'));
  numbers.addEventListener('toggle', () => {
    if (numbers.open && numbers.children.length === 1) numbers.append(text_table(chart.table, chart.title));
  });
  return make('figure', {className: is_wide(chart) ? 'wide' : ''}, make('h4', {}, chart.title),
      make('p', {className: 'note'}, chart.note), box, numbers);
}

function chart_grid(charts) {
  return charts.length > 0 ? make('div', {className: 'charts'}, ...charts.map(chart_figure)) : null;
}

function draw_everything() {
  for (const box of drawers.keys()) {
    if (!drawn.has(box) && box.clientWidth > 0) draw_box(box);
  }
  note_state();
}

function redraw() {
  for (const box of drawn.keys()) draw_box(box);
}

// --- Experiments --------------------------------------------------------------------------------

function section_elements({table, charts}) {
  return [make('h3', {}, table.title), chart_grid(charts), report_table(table)];
}

function exhibit_elements({title, lines}) {
  return [make('h3', {}, title), make('pre', {}, lines.join('\n'))];
}

function repeat_elements({repeat, plan}) {
  if (!repeat) return [];
  return [make('h3', {}, 'How to repeat it'), make('pre', {}, repeat),
    make('details', {className: 'plan'}, make('summary', {}, 'The whole plan'),
        make('pre', {}, JSON.stringify(plan, null, 2)))];
}

function experiment_body(experiment, meaning) {
  return [...paragraphs(meaning), facts_list(experiment.facts),
    ...paragraphs(experiment.warnings, 'warning'),
    ...experiment.sections.flatMap(section_elements),
    ...experiment.exhibits.flatMap(exhibit_elements),
    make('div', {className: 'footnotes'}, ...paragraphs(experiment.footnotes)),
    ...repeat_elements(experiment),
    ...(experiment.host.length > 0 ? [make('h3', {}, 'Where it ran'), facts_list(experiment.host)] : []),
  ];
}

// Its body is made when it is opened for the first time.
function experiment_details(experiment, index) {
  const headline = experiment.meaning[0] ?? experiment.title;
  const details = make('details', {className: 'experiment', id: `experiment-${index + 1}`},
      make('summary', {}, make('h2', {}, experiment.name), make('p', {className: 'hint'}, headline)));
  details.fill = () => {
    if (details.children.length > 1) return;
    details.append(make('div', {}, ...experiment_body(experiment, experiment.meaning).filter(Boolean)));
  };
  details.addEventListener('toggle', () => {
    if (details.open) details.fill();
  });
  return details;
}

function open_experiment(details) {
  details.fill();
  details.open = true;
}

// --- The page -----------------------------------------------------------------------------------

const place = (id) => document.getElementById(id);

function show_verdict() {
  const own = data.warnings ?? [];
  const meaning = data.meaning.length > 0 ? data.meaning : ['The numbers carry no statement.'];
  place('verdict').append(...paragraphs(meaning), ...paragraphs(own, 'warning'));
  const below = data.experiments.reduce((sum, one) => sum + one.warnings.length, 0);
  if (below === 0) return;
  const count = below === 1 ? 'One warning stands' : `${below} warnings stand`;
  place('verdict').append(make('p', {className: 'aside'}, `${count} with the facts below.`));
}

function show_overview(is_batch) {
  const parts = [];
  if (data.overview) {
    const matches = is_batch && data.overview.groups.length === data.experiments.length;
    const table = report_table(data.overview, (group) => matches ? `#experiment-${group + 1}` : null);
    table.classList.add('tall');
    parts.push(make('h2', {}, data.overview.title), table);
  }
  for (const measured of data.measured ?? []) {
    const table = report_table(measured, () => null);
    table.classList.add('tall');
    parts.push(make('h2', {}, measured.title), table);
  }
  if (is_batch) {
    parts.push(make('div', {className: 'footnotes'}, ...paragraphs(data.footnotes)),
        facts_list([...data.facts, ...data.host]));
    if (data.charts.length > 0) parts.push(make('h2', {}, 'Scaling'), chart_grid(data.charts));
  }
  place('overview').append(...parts.filter(Boolean));
}

function show_contents(all) {
  const toggle = make('button', {type: 'button'}, 'Open all');
  toggle.addEventListener('click', () => {
    const opens = all.some((details) => !details.open);
    for (const details of all) opens ? open_experiment(details) : details.open = false;
    toggle.textContent = opens ? 'Close all' : 'Open all';
  });
  const links = data.experiments.map(({name}, index) =>
    make('li', {}, make('a', {href: `#experiment-${index + 1}`}, name)));
  place('contents').append(make('div', {className: 'bar'}, make('h2', {}, 'Experiments'), toggle),
      make('ol', {}, ...links));
}

function show_experiments(is_batch) {
  if (!is_batch) {
    const [only] = data.experiments;
    const head = only.repeat ? make('h2', {}, 'What was run') : null;
    place('experiments').append(...[head, ...experiment_body(only, [])].filter(Boolean));
    return;
  }
  const all = data.experiments.map(experiment_details);
  if (all.length > 0) show_contents(all);
  place('experiments').append(...all);
  if (draw_all || all.length <= few_experiments) all.forEach(open_experiment);
}

function follow_hash() {
  const target = location.hash.length > 1 ? place(location.hash.slice(1)) : null;
  if (!target?.fill) return;
  open_experiment(target);
  target.scrollIntoView();
}

function show() {
  const is_batch = 'footnotes' in data;
  document.title = data.title;
  place('title').textContent = data.title;
  show_verdict();
  show_overview(is_batch);
  show_experiments(is_batch);
  if (draw_all) draw_everything();
  follow_hash();
  note_state();
}

show();
addEventListener('hashchange', follow_hash);
addEventListener('resize', note_state);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
addEventListener('beforeprint', () => {
  draw_everything();
  document.documentElement.classList.add('for-paper');
  redraw();
});
addEventListener('afterprint', () => {
  document.documentElement.classList.remove('for-paper');
  redraw();
});

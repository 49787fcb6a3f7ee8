// What Chart.js does not draw by itself: intervals, names beside what they name, marks. Each is an
// inline plug-in of Chart.js, given to the charts that want it.

function stroke_line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

// dataset.intervals: [low, high] or null for each point, along the axis of its values.
const whiskers = {
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    pen.save();
    chart.data.datasets.forEach(({intervals = [], whisker}, index) => {
      const {data: elements, vScale} = chart.getDatasetMeta(index);
      pen.strokeStyle = whisker ?? colour('ink');
      pen.lineWidth = 1.5;
      intervals.forEach((interval, at) => {
        if (!interval) return;
        const [from, to] = interval.map((value) => vScale.getPixelForValue(value));
        const {x, y} = elements[at];
        for (const end of [from, to]) {
          if (vScale.isHorizontal()) stroke_line(pen, end, y - 5, end, y + 5);
          else stroke_line(pen, x - 5, end, x + 5, end);
        }
        if (vScale.isHorizontal()) stroke_line(pen, from, y, to, y);
        else stroke_line(pen, x, from, x, to);
      });
    });
    pen.restore();
  },
};

// dataset.texts: stands right of each point and its interval.
const end_texts = {
  id: 'end_texts',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    pen.save();
    Object.assign(pen, {fillStyle: colour('ink'), textBaseline: 'middle', font: canvas_font()});
    chart.data.datasets.forEach(({texts = [], intervals = []}, index) => {
      const {data: elements, vScale} = chart.getDatasetMeta(index);
      texts.forEach((text, at) => {
        if (!text) return;
        const {x, y} = elements[at];
        const end = intervals[at] ? vScale.getPixelForValue(intervals[at][1]) : x;
        pen.fillText(text, Math.max(x, end) + 9, y);
      });
    });
    pen.restore();
  },
};

// The name of each line at its last point; names that would overlap are moved apart.
const line_names = {
  id: 'line_names',
  afterDatasetsDraw(chart) {
    const labels = chart.data.datasets.map(({label, borderColor}, index) => {
      const {x, y} = chart.getDatasetMeta(index).data.at(-1);
      return {label, borderColor, x, y};
    }).sort((left, right) => left.y - right.y);
    const apart = label_font.size + 3;
    labels.forEach((label, at) => {
      if (at > 0) label.y = Math.max(label.y, labels[at - 1].y + apart);
    });
    const over = Math.max((labels.at(-1)?.y ?? 0) - chart.chartArea.bottom, 0);
    const pen = chart.ctx;
    pen.save();
    Object.assign(pen, {textBaseline: 'middle', font: canvas_font(600)});
    for (const {label, borderColor, x, y} of labels) {
      pen.fillStyle = borderColor;
      pen.fillText(label, x + 9, y - over);
    }
    pen.restore();
  },
};

// The ratio 1, and how far from it still counts as the same.
const same_band = {
  id: 'same_band',
  beforeDatasetsDraw(chart, _, {same}) {
    const {ctx: pen, chartArea: {top, bottom, left, right}, scales: {x}} = chart;
    const inside = (value) => Math.min(Math.max(x.getPixelForValue(value), left), right);
    const [from, to] = same.map(inside);
    pen.save();
    Object.assign(pen, {fillStyle: colour('neutral'), strokeStyle: colour('neutral'), globalAlpha: 0.16});
    pen.fillRect(from, top, to - from, bottom - top);
    pen.globalAlpha = 1;
    stroke_line(pen, inside(1), top, inside(1), bottom);
    pen.restore();
  },
};

const mark_dashes = {fault: [], death: [5, 3], 'working again': [2, 2], '90 % of speed': [8, 3, 2, 3]};

// Marks that would be drawn over each other get one text.
function clusters_of(marks, x) {
  const clusters = [];
  for (const [at, what] of marks) {
    const pixel = x.getPixelForValue(at / x.options.size);
    const last = clusters.at(-1);
    if (last && pixel - last.end < 6) {
      last.end = pixel;
      last.words.add(what);
    } else {
      clusters.push({start: pixel, end: pixel, words: new Set([what])});
    }
  }
  return clusters;
}

// Vertical lines where something happened, a panel's own in that panel, and the panels' names.
const event_marks = {
  id: 'event_marks',
  afterDatasetsDraw(chart) {
    const {ctx: pen, scales, chartArea: {left, right}} = chart;
    pen.save();
    pen.textBaseline = 'top';
    chart.data.datasets.forEach(({label, marks, borderColor, yAxisID}) => {
      const {top, bottom} = scales[yAxisID];
      Object.assign(pen, {fillStyle: borderColor, font: canvas_font(600)});
      pen.fillText(label, left + 8, top + 6);
      let free = left + 8 + pen.measureText(label).width + 12;
      let line = top + 6;
      Object.assign(pen, {fillStyle: colour('ink'), strokeStyle: colour('ink'), font: canvas_font(), lineWidth: 1});
      for (const [at, what] of marks) {
        pen.setLineDash(mark_dashes[what] ?? []);
        const pixel = scales.x.getPixelForValue(at / scales.x.options.size);
        stroke_line(pen, pixel, top + 4, pixel, bottom);
      }
      for (const {end, words} of clusters_of(marks, scales.x)) {
        const text = [...words].join(', ');
        const width = pen.measureText(text).width;
        const start = end + 5 + width > right ? Math.max(end - width - 12, left + 8) : end + 5;
        line = start < free ? line + label_font.size + 3 : top + 6;
        Object.assign(pen, {fillStyle: colour('panel')});
        pen.fillRect(start - 2, line - 1, width + 4, label_font.size + 3);
        Object.assign(pen, {fillStyle: colour('ink')});
        pen.fillText(text, start, line);
        free = start + width + 12;
      }
    });
    pen.restore();
  },
};

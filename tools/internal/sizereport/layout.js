"use strict";

// squarify lays areas, which come largest first, into a rectangle of w times h: boxes
// as near to squares as may be (Bruls, Huizing and van Wijk). It returns x, y, width
// and height of each.
function squarify(areas, w, h) {
  const out = [];
  let sum = 0;
  for (const a of areas) sum += a;
  if (!(sum > 0)) return out;
  const scale = w * h / sum;
  let x = 0, y = 0, at = 0;
  while (at < areas.length && areas[at] > 0) {
    const short = Math.min(w, h);
    let end = at, row = 0, worst = Infinity;
    while (end < areas.length && areas[end] > 0) {
      const next = row + areas[end] * scale;
      const side = next / short;
      const ratio = Math.max(side * side / (areas[end] * scale), areas[at] * scale / (side * side));
      if (ratio > worst) break;
      worst = ratio;
      row = next;
      end++;
    }
    const side = row / short;
    let along = 0;
    for (; at < end; at++) {
      const size = areas[at] * scale / side;
      out.push(w >= h ? [x, y + along, side, size] : [x + along, y, size, side]);
      along += size;
    }
    if (w >= h) { x += side; w -= side; } else { y += side; h -= side; }
  }
  return out;
}

// nearest returns the box that one comes to first from another in a direction: of those
// that lie there, the one with the smallest gap, sideways gaps counting double. Boxes
// are x, y, width and height; -1 is none.
function nearest(boxes, from, key) {
  const turn = { ArrowRight: b => b, ArrowLeft: b => [-b[0] - b[2], b[1], b[2], b[3]],
    ArrowDown: b => [b[1], b[0], b[3], b[2]], ArrowUp: b => [-b[1] - b[3], b[0], b[3], b[2]] }[key];
  const f = turn(boxes[from]);
  let best = -1, least = Infinity;
  boxes.forEach((box, i) => {
    const b = turn(box);
    const gap = b[0] - (f[0] + f[2]);
    if (i === from || gap < -0.5) return;
    const side = Math.max(0, b[1] - (f[1] + f[3]), f[1] - (b[1] + b[3]));
    const off = Math.abs(b[1] + b[3] / 2 - (f[1] + f[3] / 2));
    const far = Math.max(0, gap) + 2 * side + off / 1e4;
    if (far < least) { least = far; best = i; }
  });
  return best;
}

function group(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, ","); }

function rounded(n) {
  const a = Math.abs(n);
  if (a < 1024) return n + " B";
  return a < 1048524 ? (n / 1024).toFixed(1) + " KiB" : (n / 1048576).toFixed(1) + " MiB";
}

function escaped(s) {
  return s.replace(/[&<>"']/g, c => "&#" + c.charCodeAt(0) + ";");
}

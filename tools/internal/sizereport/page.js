
(() => {
  const $ = id => document.getElementById(id);
  const raw = JSON.parse($("data").textContent);
  const hasBase = raw.length === 5;
  const all = [];
  const root = load(raw, null);
  tint(root, 0, 330);
  const state = { at: root, pick: null, area: "size", colour: "dir" };
  // Of what is in the map: the boxes of the first level, their nodes, all nodes, and the
  // directories that are to be filled.
  let hits = null, boxes = [], nodes = [], drawn = [], later = [];

  // load makes a node of an array: name, children if it is a directory, bits, bytes, bits before.
  function load(r, parent) {
    const n = { name: r[0], parent, hue: 0, id: all.length, kids: null };
    all.push(n);
    n.path = parent && parent.path ? parent.path + "/" + n.name : n.name;
    let i = 1;
    if (Array.isArray(r[1])) {
      i = 2;
      n.kids = [];
      for (const k of r[1]) n.kids.push(load(k, n));
    }
    n.bits = n.own = r[i];
    n.was = n.ownWas = hasBase ? r[i + 2] : r[i];
    n.moved = Math.abs(n.bits - n.was);
    n.size = 1;
    for (const k of n.kids || []) { n.bits += k.bits; n.was += k.was; n.moved += k.moved; n.size += k.size; }
    return n;
  }

  // tint gives each directory a part of the hues, as large as its part of the bits.
  function tint(n, from, to) {
    n.hue = (from + to) / 2;
    let sum = 0, at = from;
    for (const k of n.kids || []) sum += k.bits + k.moved;
    for (const k of n.kids || []) {
      const next = at + (to - from) * (k.bits + k.moved) / (sum || 1);
      tint(k, at, next);
      at = next;
    }
  }

  const area = n => state.area === "change" ? n.moved : n.bits;
  const bytes = bits => Math.sign(bits) * Math.ceil(Math.abs(bits) / 8);
  const signed = n => (n > 0 ? "+" : n < 0 ? "\u2212" : "") + group(Math.abs(n));

  function sorted(n) {
    if (n.order !== state.area) {
      n.order = state.area;
      n.kids.sort((a, b) => area(b) - area(a) || (a.name < b.name ? -1 : 1));
    }
    return n.kids;
  }

  function style(n) {
    if (state.colour === "dir") return "--h:" + Math.round(n.hue);
    const d = n.bits - n.was;
    if (d === 0) return "--h:220;--s:8%";
    return "--h:" + (d > 0 ? 5 : 140) + ";--s:" + Math.round(25 + 50 * Math.min(1, n.moved / Math.max(1, n.bits, n.was))) + "%";
  }

  function tip(n) {
    const b = bytes(n.bits), d = bytes(n.bits) - bytes(n.was);
    return n.path + "\n" + group(b) + " B (" + rounded(b) + "), " + percent(n.bits, root.bits) + " of all" +
      (hasBase ? "\n" + signed(d) + " B, was " + group(bytes(n.was)) + " B" : "");
  }

  function percent(part, of) { return of ? (100 * part / of).toFixed(1) + "%" : "-"; }

  // Up to so many nodes a directory is drawn with all that is in it.
  const few = 300;

  // draw writes the boxes of a node's children, which have w times h pixels. What is in
  // large directories is left for later.
  function draw(n, w, h, top, out) {
    const kids = sorted(n);
    squarify(kids.map(area), w, h).forEach((b, i) => {
      const k = kids[i];
      if (top) { boxes.push(b); nodes.push(k); }
      if (b[2] * b[3] < 9 && !top) return;
      const label = b[2] > 26 && b[3] > 18;
      drawn.push(k);
      out.push('<div class="b" id="n', k.id, '" style="left:', (100 * b[0] / w).toFixed(3), "%;top:", (100 * b[1] / h).toFixed(3),
        "%;width:", (100 * b[2] / w).toFixed(3), "%;height:", (100 * b[3] / h).toFixed(3), "%;", style(k), '">');
      if (label) out.push('<span class="t">', escaped(k.name), "</span>");
      if (k.kids && label && b[2] > 30 && b[3] > 34) {
        out.push('<div class="i">');
        if (top || k.size > few) later.push([k, b[2] - 2, b[3] - 19]); else draw(k, b[2] - 2, b[3] - 19, false, out);
        out.push("</div>");
      }
      out.push("</div>");
    });
  }

  function render() {
    const map = $("map"), out = [];
    boxes = [];
    nodes = [];
    drawn = [];
    later = [];
    draw(state.at, map.clientWidth, map.clientHeight, true, out);
    if (!nodes.includes(state.pick)) state.pick = null;
    map.innerHTML = out.join("") || '<span class="t">Nothing has changed here.</span>';
    crumbs();
    found();
    clearTimeout(filling);
    map.setAttribute("aria-busy", later.length > 0);
    filling = setTimeout(fill);
  }

  let filling = 0;

  // fill draws what was left for later, a little at a time, so that keys are answered
  // meanwhile.
  function fill() {
    const end = performance.now() + 30, at = drawn.length;
    while (later.length && performance.now() < end) {
      const [n, w, h] = later.shift(), out = [];
      draw(n, w, h, false, out);
      $("n" + n.id).lastChild.innerHTML = out.join("");
    }
    if (hits) for (const n of drawn.slice(at)) $("n" + n.id).classList.toggle("hit", hits.has(n));
    $("map").setAttribute("aria-busy", later.length > 0);
    if (later.length) filling = setTimeout(fill);
  }

  // found marks what was searched for, and lists it.
  function found() {
    $("map").classList.toggle("found", !!hits);
    if (hits || $("map").querySelector(".hit")) for (const n of drawn) $("n" + n.id).classList.toggle("hit", !!hits && hits.has(n));
    rows();
    mark();
  }

  function crumbs() {
    const steps = [];
    for (let n = state.at; n; n = n.parent) steps.unshift('<a data-n="' + n.id + '" href="' + escaped(link(n)) + '">' + (n.parent ? escaped(n.name) : "all") + "</a>");
    const b = bytes(state.at.bits);
    $("crumbs").innerHTML = steps.join(" / ") + " \u2014 <b>" + group(b) + " B</b> (" + rounded(b) + ")" +
      (hasBase ? ", " + signed(b - bytes(state.at.was)) + " B" : "") + (state.at === root ? ", with the framing" : "");
  }

  const shown = 300;

  function rows() {
    const list = hits ? [...hits].sort((a, b) => area(b) - area(a)) : sorted(state.at).slice();
    if (!hits && state.at.own) list.push({ name: "(the directory\u2019s own entry)", bits: state.at.own, was: state.at.ownWas, id: -1 });
    const out = [];
    for (const n of list.slice(0, shown)) {
      const d = bytes(n.bits) - bytes(n.was), name = escaped(hits ? n.path : n.name + (n.kids ? "/" : ""));
      out.push('<tr id="r', n.id, '"><td>', group(bytes(n.bits)), "<td>", percent(n.bits, state.at.bits), '<td class="c ', d > 0 ? "up" : d < 0 ? "down" : "", '">', signed(d),
        "<td>", n.id < 0 ? name : '<a data-n="' + n.id + '" href="' + escaped(link(n)) + '">' + name + "</a>");
    }
    if (list.length > shown) out.push("<tr><td><td><td class=c><td>\u2026 and ", group(list.length - shown), " more");
    $("rows").innerHTML = out.join("");
    let sum = 0;
    if (hits) for (const n of hits) sum += n.kids ? 0 : n.bits;
    $("said").textContent = hits ? group(hits.size) + " found, files of " + group(bytes(sum)) + " B (" + rounded(bytes(sum)) + ")" : "";
  }

  // mark shows which box is chosen.
  function mark() {
    for (const e of document.querySelectorAll(".pick")) e.classList.remove("pick");
    const n = state.pick;
    if (!n) return;
    for (const id of ["n" + n.id, "r" + n.id]) if ($(id)) $(id).classList.add("pick");
    if (!hits) $("said").textContent = tip(n).replace(/\n/g, ", ");
    const row = $("r" + n.id);
    if (row && innerWidth > 720) row.scrollIntoView({ block: "nearest" });
  }

  // link is what stands behind the # for a node.
  function link(n) {
    return "#" + [encodeURIComponent(n.path), state.area, state.colour].join("&");
  }

  function go(n) {
    state.at = n.kids ? n : n.parent;
    state.pick = n.kids ? null : n;
    const to = link(state.at);
    if (location.hash !== to) history.pushState(null, "", to);
    render();
  }

  // follow reads what stands behind the #.
  function follow() {
    const [path, by, colour] = location.hash.slice(1).split("&");
    if (hasBase && by) state.area = by === "change" ? "change" : "size";
    if (hasBase && colour) state.colour = colour === "change" ? "change" : "dir";
    $("area").value = state.area;
    $("colour").value = state.colour;
    let want = "";
    try { want = decodeURIComponent(path || ""); } catch (e) { /* not of ours */ }
    const n = want === "" ? root : all.find(n => n.path === want) || root;
    state.at = n.kids ? n : n.parent;
    state.pick = n.kids ? null : n;
    render();
  }

  function search(words) {
    const w = words.trim().toLowerCase();
    hits = w ? new Set(all.filter(n => n.parent && n.path.toLowerCase().includes(w))) : null;
    found();
  }

  function key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target === $("search");
    if (e.key === "/" && !typing) {
      e.preventDefault();
      $("search").focus();
      $("search").select();
    } else if (e.key === "Escape") {
      if (hits || typing) {
        $("search").value = "";
        search("");
        $("map").focus();
      } else if (state.at.parent) {
        const from = state.at;
        go(state.at.parent);
        state.pick = from;
        mark();
      }
    } else if (e.key === "Enter" && typing) {
      const first = hits && [...hits].sort((a, b) => area(b) - area(a))[0];
      if (!first) return;
      go(first);
      $("map").focus();
    } else if (e.key === "Enter" && !e.target.closest("a, button, select, input") && state.pick && state.pick.kids) {
      e.preventDefault();
      go(state.pick);
    } else if (e.key.startsWith("Arrow") && !typing && e.target.tagName !== "SELECT" && nodes.length) {
      e.preventDefault();
      const at = nodes.indexOf(state.pick), to = at < 0 ? 0 : nearest(boxes, at, e.key);
      if (to < 0) return;
      state.pick = nodes[to];
      $("map").focus();
      mark();
    }
  }

  function nodeOf(e) {
    const box = e.target.closest(".b");
    return box ? all[+box.id.slice(1)] : null;
  }

  // Until the button is pressed it is as the user's system has it.
  $("theme").addEventListener("click", () => {
    const html = document.documentElement;
    const dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    html.dataset.theme = dark ? "light" : "dark";
  });
  document.body.classList.toggle("nobase", !hasBase);
  document.addEventListener("keydown", key);
  document.addEventListener("click", e => {
    const a = e.target.closest("a[data-n]");
    const n = a ? all[+a.dataset.n] : nodeOf(e);
    if (!n || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    if (a) { go(n); return; }
    // A click goes one level deeper, to where the pointer is.
    let to = n;
    while (to.parent && to.parent !== state.at) to = to.parent;
    if (to.kids) { go(to); } else { state.pick = to; mark(); }
  });
  $("map").addEventListener("mouseover", e => {
    const n = nodeOf(e);
    $("map").title = n ? tip(n) : "";
  });
  $("search").addEventListener("input", e => search(e.target.value));
  for (const id of ["area", "colour"]) $(id).addEventListener("change", e => { state[id] = e.target.value; go(state.at); });
  addEventListener("popstate", follow);
  let wait = 0;
  addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(render, 100); });
  follow();
})();

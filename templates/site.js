/* Everything here is an extra. Without it every page still reads, links and prints. */
(function () {
  "use strict";
  var root = document.currentScript ? document.currentScript.dataset.root || "" : "";
  var doc = document, html = doc.documentElement;
  var $ = function (s, e) { return (e || doc).querySelector(s); };
  var $$ = function (s, e) { return Array.prototype.slice.call((e || doc).querySelectorAll(s)); };
  var store = { set: function (k, v) { try { localStorage.setItem(k, v); } catch (e) { /* private mode */ } } };

  /* light and dark */
  var toggle = $("[data-theme-toggle]");
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", function () {
      var dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      html.dataset.theme = dark ? "light" : "dark";
      store.set("gitsm-theme", html.dataset.theme);
    });
  }

  /* tables that sort: real buttons in the column heads, aria-sort on the head */
  $$("table[data-sort]").forEach(function (table) {
    var body = table.tBodies[0];
    $$("thead th:not([data-nosort])", table).forEach(function (th) {
      var b = doc.createElement("button");
      b.type = "button"; b.className = "sort"; b.textContent = th.textContent;
      th.textContent = ""; th.appendChild(b);
      b.addEventListener("click", function () {
        var up = th.getAttribute("aria-sort") !== "ascending", i = th.cellIndex;
        $$("thead th", table).forEach(function (o) { o.removeAttribute("aria-sort"); });
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        var key = function (tr) { var c = tr.cells[i]; return c.dataset.v || c.textContent.trim(); };
        Array.prototype.slice.call(body.rows)
          .sort(function (a, z) { return key(a).localeCompare(key(z), "en", { numeric: true }) * (up ? 1 : -1); })
          .forEach(function (tr) { body.appendChild(tr); });
      });
    });
  });

  /* filter chips: <button data-filter="warn"> against rows with data-state */
  $$("[data-filters]").forEach(function (box) {
    var rows = $$("[data-state]", $(box.dataset.filters)), says = $("[data-says]", box);
    box.hidden = false;
    box.addEventListener("click", function (ev) {
      var b = ev.target.closest("button[data-filter]");
      if (!b) return;
      $$("button", box).forEach(function (o) { o.setAttribute("aria-pressed", String(o === b)); });
      var n = 0, want = b.dataset.filter.split(" ");
      rows.forEach(function (r) { var show = want[0] === "all" || want.indexOf(r.dataset.state) >= 0; r.hidden = !show; if (show) n++; });
      if (says) says.textContent = n + " of " + rows.length + " shown";
    });
  });

  /* wide dependency pictures start with the record itself in view */
  $$(".pic.fixed").forEach(function (f) {
    var n = $(".n.focus", f);
    if (n && f.scrollWidth > f.clientWidth) { var a = n.getBoundingClientRect(), b = f.getBoundingClientRect(); f.scrollLeft = a.left - b.left - (b.width - a.width) / 2; }
  });

  /* print and copy link */
  $$("[data-print]").forEach(function (b) { b.hidden = false; b.addEventListener("click", function () { window.print(); }); });
  $$("[data-copy]").forEach(function (b) {
    if (!navigator.clipboard) return;
    b.hidden = false;
    b.addEventListener("click", function () {
      navigator.clipboard.writeText(location.href.split("#")[0]).then(function () { $("span", b).textContent = "Link copied"; });
    });
  });
  addEventListener("beforeprint", function () { $$("details").forEach(function (d) { if (!d.open) { d.open = true; d.dataset.was = "shut"; } }); });
  addEventListener("afterprint", function () { $$("details[data-was]").forEach(function (d) { d.open = false; delete d.dataset.was; }); });

  /* search: the index is a classic script, fetched on first use, so it also works from a folder on disk */
  var box = $("[data-search]");
  if (!box) return;
  box.hidden = false;
  var input = $("input", box), hits = $("#hits"), found = $("[data-found]", box), index = null, at = -1;
  window.gitsmIndex = function (text) { index = text.split("\n").map(function (l) { var p = l.split("\t"); return { url: p[0], id: p[1], name: p[2], kind: p[3], low: (p[1] + " " + p[2] + " " + p[3]).toLowerCase() }; }); run(); };
  function load() { if (load.done) return; load.done = true; var s = doc.createElement("script"); s.src = root + "search/titles.js"; doc.head.appendChild(s); }
  function run() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    at = -1; hits.textContent = ""; input.removeAttribute("aria-activedescendant");
    if (!words.length || !index) { close(); return; }
    var out = [];
    index.forEach(function (r, n) {
      var score = 0;
      for (var i = 0; i < words.length; i++) {
        var p = r.low.indexOf(words[i]);
        if (p < 0) return;
        score += p === 0 ? 4 : /\W/.test(r.low[p - 1]) ? 2 : 1;
      }
      out.push([score, n, r]);
    });
    out.sort(function (a, b) { return b[0] - a[0] || a[1] - b[1]; });
    out.slice(0, 7).forEach(function (o, i) {
      var a = doc.createElement("a"), id = doc.createElement("span"), nm = doc.createElement("span"), k = doc.createElement("span");
      a.href = root + o[2].url; a.id = "hit" + i; a.setAttribute("role", "option"); a.tabIndex = -1; a.setAttribute("aria-selected", "false");
      id.className = "id"; id.textContent = o[2].id; nm.textContent = o[2].name; k.className = "kind"; k.textContent = o[2].kind;
      a.append(id, nm, k); hits.appendChild(a);
    });
    if (!out.length) { var p = doc.createElement("p"); p.textContent = "Nothing found. Try a record number or fewer words."; hits.appendChild(p); }
    hits.hidden = false; input.setAttribute("aria-expanded", "true");
    if (found) found.textContent = out.length + (out.length === 1 ? " record found" : " records found");
  }
  function close() { hits.hidden = true; input.setAttribute("aria-expanded", "false"); }
  function mark(n) {
    var all = $$("a", hits);
    if (!all.length) return;
    at = (n + all.length) % all.length;
    all.forEach(function (a, i) { a.setAttribute("aria-selected", String(i === at)); a.style.background = i === at ? "var(--info-tint)" : ""; });
    input.setAttribute("aria-activedescendant", all[at].id);
  }
  input.addEventListener("focus", load);
  input.addEventListener("input", function () { load(); run(); });
  input.addEventListener("keydown", function (e) {
    if (e.key === "ArrowDown") { e.preventDefault(); mark(at + 1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); mark(at - 1); }
    else if (e.key === "Enter") { var all = $$("a", hits); if (all.length) location.href = all[Math.max(at, 0)].href; }
    else if (e.key === "Escape") { input.value = ""; close(); }
  });
  doc.addEventListener("keydown", function (e) { if (e.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) { e.preventDefault(); input.focus(); } });
  doc.addEventListener("click", function (e) { if (!box.contains(e.target)) close(); });
})();

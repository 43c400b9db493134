/* Everything here is an extra. Without it every page still reads, links and prints. */
(function () {
  "use strict";
  var doc = document, html = doc.documentElement;
  var root = doc.currentScript ? doc.currentScript.dataset.root || "" : "";
  var kept = function (k, v) { try { if (v === undefined) return localStorage.getItem(k); localStorage.setItem(k, v); } catch (e) { /* private mode */ } return null; };

  /* light and dark: before the page is drawn */
  var theme = kept("gitsm-theme");
  if (theme === "dark" || theme === "light") html.dataset.theme = theme;

  var $ = function (s, e) { return (e || doc).querySelector(s); };
  var $$ = function (s, e) { return Array.prototype.slice.call((e || doc).querySelectorAll(s)); };
  var SVG = "http://www.w3.org/2000/svg";
  /* make("button", {type: "button"}, "text or node", …) */
  function make(name, attributes) {
    var e = doc.createElement(name);
    Object.keys(attributes || {}).forEach(function (k) { e.setAttribute(k, attributes[k]); });
    for (var i = 2; i < arguments.length; i++) e.append(arguments[i]);
    return e;
  }
  function sign(d, filled) {
    var s = doc.createElementNS(SVG, "svg"), p = doc.createElementNS(SVG, "path");
    s.setAttribute("class", "i"); s.setAttribute("viewBox", "0 0 16 16"); s.setAttribute("aria-hidden", "true");
    p.setAttribute("d", d); p.setAttribute("class", filled ? "solid" : "stroke"); s.append(p);
    return s;
  }
  var SIGNS = {
    search: "M11.6 7a4.6 4.6 0 1 1-9.2 0 4.6 4.6 0 0 1 9.2 0m-1.1 3.5 3.6 3.6",
    print: "M4.5 5.5V2h7v3.5M4.5 11H2.3V6.2c0-.4.3-.7.7-.7h10c.4 0 .7.3.7.7V11h-2.2M4.5 9.2h7V14h-7Z",
    link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 1 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 1 0 3.7 3.7l.9-.9",
    theme: "M8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 1.8a6.2 6.2 0 0 1 0 12.4"
  };

  doc.addEventListener("DOMContentLoaded", function () { header(); tables(); stacks(); filters(); pictures(); buttons(); });

  function header() {
    var here = $(".nav [aria-current]");
    if (here) { var list = here.closest("ul"), from = here.offsetLeft - list.offsetLeft; if (from + here.offsetWidth > list.clientWidth) list.scrollLeft = from - 16; }
    var wrap = $(".top .wrap");
    if (!wrap) return;
    var button = make("button", { type: "button", "class": "iconbtn", "aria-label": "Change between light and dark" }, sign(SIGNS.theme));
    button.addEventListener("click", function () {
      var dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      html.dataset.theme = dark ? "light" : "dark";
      kept("gitsm-theme", html.dataset.theme);
    });
    wrap.append(search(), button);
  }

  /* tables that sort: real buttons in the column heads, aria-sort on the head */
  function tables() {
    $$("table[data-sort]").forEach(function (table) {
      var body = table.tBodies[0];
      $$("thead th:not([data-nosort])", table).forEach(function (th) {
        var b = make("button", { type: "button", "class": "sort" }, th.textContent);
        th.textContent = ""; th.appendChild(b);
        b.addEventListener("click", function () {
          var up = th.getAttribute("aria-sort") !== "ascending", i = th.cellIndex;
          $$("thead th", table).forEach(function (o) { o.removeAttribute("aria-sort"); });
          th.setAttribute("aria-sort", up ? "ascending" : "descending");
          var key = function (tr) { var c = tr.cells[i]; return c.dataset.v || c.textContent.trim(); };
          Array.prototype.slice.call(body.rows)
            .map(function (tr) { return [key(tr), tr]; })
            .sort(function (a, z) { return a[0].localeCompare(z[0], "en", { numeric: true }) * (up ? 1 : -1); })
            .forEach(function (pair) { body.appendChild(pair[1]); });
        });
      });
    });
  }

  /* tables too wide for the screen: a row becomes a card whose cells say their columns; roles keep it a table for all */
  function stacks() {
    var narrow = matchMedia("(max-width: 48rem)"), all = $$("table.tbl").filter(function (table) { return table.tHead && table.tHead.rows[0].cells.length > 2; });
    function name(table) {
      var names = $$("thead th", table).map(function (th) { th.setAttribute("role", "columnheader"); return th.textContent; });
      table.setAttribute("role", "table");
      $$("thead, tbody", table).forEach(function (group) { group.setAttribute("role", "rowgroup"); });
      $$("tr", table).forEach(function (tr) { tr.setAttribute("role", "row"); });
      $$("tbody th, tbody td", table).forEach(function (cell) {
        cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
        cell.dataset.label = names[cell.cellIndex] || "";
      });
    }
    function stack() {
      all.forEach(function (table) { table.classList.remove("stacks"); });
      var wide = all.filter(function (table) { return narrow.matches || table.offsetWidth > table.parentNode.clientWidth + 1; });
      wide.forEach(function (table) {
        if (!table.hasAttribute("role")) name(table);
        table.classList.add("stacks");
      });
    }
    var width = 0, due = 0;
    function look() { due = 0; if (width !== innerWidth) { width = innerWidth; stack(); } }
    look();
    addEventListener("resize", function () { if (!due) due = requestAnimationFrame(look); });
  }

  /* filter chips, <button data-filter="warn"> against rows with data-state, and a box that takes words */
  function filters() {
    $$("[data-filters]").forEach(function (box) {
      var rows = $$("[data-state]", $(box.dataset.filters)), says = $("[data-says]", box);
      var words = make("input", { type: "text", "class": "words", "aria-label": "Show only rows with these words", placeholder: "Filter by words", autocomplete: "off" });
      box.insertBefore(words, says);
      box.hidden = false;
      var want = ["all"];
      function apply() {
        var n = 0, need = words.value.toLowerCase().split(/\s+/).filter(Boolean);
        rows.forEach(function (r) {
          var text = need.length ? r.textContent.toLowerCase() : "";
          var show = (want[0] === "all" || want.indexOf(r.dataset.state) >= 0) && need.every(function (w) { return text.indexOf(w) >= 0; });
          r.hidden = !show;
          if (show) n++;
        });
        if (says) says.textContent = n + " of " + rows.length + " shown";
      }
      words.addEventListener("input", apply);
      box.addEventListener("click", function (ev) {
        var b = ev.target.closest("button[data-filter]");
        if (!b) return;
        $$("button", box).forEach(function (o) { o.setAttribute("aria-pressed", String(o === b)); });
        want = b.dataset.filter.split(" ");
        apply();
      });
    });
  }

  /* wide dependency pictures start with the record itself in view */
  function pictures() {
    $$(".pic.fixed").forEach(function (f) {
      var n = $(".n.focus", f);
      if (n && f.scrollWidth > f.clientWidth) { var a = n.getBoundingClientRect(), b = f.getBoundingClientRect(); f.scrollLeft = a.left - b.left - (b.width - a.width) / 2; }
      /* where less than half of one fits, its lists stand open below */
      var lists = f.nextElementSibling;
      if (f.scrollWidth > 2 * f.clientWidth && lists && lists.tagName === "DETAILS") lists.open = true;
    });
  }

  /* print and copy link */
  function buttons() {
    $$(".acts").forEach(function (acts) {
      var print = make("button", { type: "button", "class": "btn" }, sign(SIGNS.print), make("span", {}, "Print"));
      print.addEventListener("click", function () { window.print(); });
      acts.prepend(print);
      if (!("copy" in acts.dataset) || !navigator.clipboard) return;
      var copy = make("button", { type: "button", "class": "btn" }, sign(SIGNS.link), make("span", {}, "Copy link"));
      copy.addEventListener("click", function () {
        navigator.clipboard.writeText(location.href.split("#")[0]).then(function () { copy.lastChild.textContent = "Link copied"; });
      });
      acts.prepend(copy);
    });
    addEventListener("beforeprint", function () { $$("details:not(.term)").forEach(function (d) { if (!d.open) { d.open = true; d.dataset.was = "shut"; } }); });
    addEventListener("afterprint", function () { $$("details[data-was]").forEach(function (d) { d.open = false; delete d.dataset.was; }); });
  }

  /* search: the index is a classic script, fetched on first use, so it also works from a folder on disk */
  function search() {
    var input = make("input", { id: "q", type: "text", enterkeyhint: "search", placeholder: "Search by title, number or kind", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "false", "aria-controls": "hits", "aria-autocomplete": "list", "aria-label": "Search all records" });
    var hits = make("div", { id: "hits", "class": "hits", role: "listbox", "aria-label": "Search results" });
    var found = make("p", { "class": "vh", role: "status" });
    hits.hidden = true;
    var box = make("div", { "class": "find" }, input, sign(SIGNS.search), make("kbd", { "aria-hidden": "true" }, "/"), hits, found);
    var at = -1, MOST = 8;

    function show() {
      at = -1; hits.textContent = ""; input.removeAttribute("aria-activedescendant");
      if (!input.value.trim() || !index.ready) { close(); return; }
      var result = index.find(input.value, MOST);
      result.best.forEach(function (r, i) {
        hits.appendChild(make("a", { href: root + r.url, id: "hit" + i, role: "option", tabindex: "-1", "aria-selected": "false" },
          make("span", {}, r.name), make("span", { "class": "kind" }, r.kind + " · ", make("span", { "class": "id" }, r.id))));
      });
      var query = input.value;
      if (index.inside.can(query)) {
        var more = make("button", { type: "button", id: "hitmore", role: "option", tabindex: "-1", "aria-selected": "false", "class": "inside" }, "Search inside records for “" + query.trim() + "”");
        more.addEventListener("click", function () { within(query); });
        hits.appendChild(more);
      } else if (!result.count) hits.appendChild(make("p", { role: "option", "aria-disabled": "true" }, "Nothing found. Try a record number or fewer words."));
      hits.hidden = false; input.setAttribute("aria-expanded", "true");
      found.textContent = result.count + (result.count === 1 ? " record found" : " records found");
    }
    /* every word, or a word that begins with it, must stand somewhere in the record */
    function within(query) {
      index.inside.find(query, function (numbers) {
        if (input.value !== query) return;
        at = -1; hits.textContent = ""; input.removeAttribute("aria-activedescendant");
        hits.appendChild(make("p", { role: "option", "aria-disabled": "true" }, numbers.length + (numbers.length === 1 ? " record holds" : " records hold") + " these words" + (numbers.length > 40 ? "; the first 40:" : ".")));
        numbers.slice(0, 40).forEach(function (n, i) {
          var r = index.record(n);
          hits.appendChild(make("a", { href: root + r.url, id: "hit" + i, role: "option", tabindex: "-1", "aria-selected": "false" },
            make("span", {}, r.name), make("span", { "class": "kind" }, r.kind + " · ", make("span", { "class": "id" }, r.id))));
        });
        hits.hidden = false; input.setAttribute("aria-expanded", "true"); input.focus();
        found.textContent = numbers.length + (numbers.length === 1 ? " record found" : " records found");
      });
    }
    function options() { return $$("[role=option]:not([aria-disabled])", hits); }
    function close() { hits.hidden = true; input.setAttribute("aria-expanded", "false"); }
    function mark(n) {
      var all = options();
      if (!all.length) return;
      at = (n + all.length) % all.length;
      all.forEach(function (a, i) { a.setAttribute("aria-selected", String(i === at)); });
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    }
    input.addEventListener("focus", function () { index.load(show); });
    input.addEventListener("input", function () { index.load(show); show(); });
    input.addEventListener("keydown", function (e) {
      if (e.key === "ArrowDown") { e.preventDefault(); mark(at + 1); }
      else if (e.key === "ArrowUp") { e.preventDefault(); mark(at - 1); }
      else if (e.key === "Enter") { var all = options(); if (all.length) { e.preventDefault(); all[Math.max(at, 0)].click(); } }
      else if (e.key === "Escape") { input.value = ""; close(); }
    });
    doc.addEventListener("keydown", function (e) { if (e.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) { e.preventDefault(); input.focus(); } });
    doc.addEventListener("click", function (e) { if (!box.contains(e.target)) close(); });
    return box;
  }

  /* The titles of all records as one text: `#folder TAB kind`, then `id TAB title [TAB file]` for each record. */
  var index = {
    ready: false, waiting: [], text: "", low: "", starts: [], groups: [],
    load: function (then) {
      if (index.ready) return;
      index.waiting = [then];
      if (index.asked) return;
      index.asked = true;
      doc.head.append(make("script", { src: root + "search/titles.js" }));
    },
    take: function (text) {
      index.text = text;
      index.low = text.toLowerCase();
      /* a few letters grow when they become small; places would no longer agree */
      if (index.low.length !== text.length) index.low = text.replace(/[^\0-\x7f]/g, function (c) { var l = c.toLowerCase(); return l.length === c.length ? l : c; }).replace(/[A-Z]/g, function (c) { return c.toLowerCase(); });
      var from = 0;
      if (text.charAt(0) === "!") { from = text.indexOf("\n") + 1; index.inside.keys = text.slice(1, from - 1).split(" "); }
      while (from < text.length) {
        var end = text.indexOf("\n", from);
        if (end < 0) end = text.length;
        if (text.charCodeAt(from) === 35) { var head = text.slice(from + 1, end).split("\t"); index.groups.push({ from: from, folder: head[0], kind: head[1], low: (head[1] || "").toLowerCase() }); }
        else index.starts.push(from);
        from = end + 1;
      }
      index.ready = true;
      index.waiting.forEach(function (f) { f(); });
    },
    /* the last place in a sorted list of numbers that is not above `at` */
    below: function (count, place, at) {
      var low = 0, high = count;
      while (low < high) { var mid = (low + high) >> 1; if (place(mid) <= at) low = mid + 1; else high = mid; }
      return low - 1;
    },
    /* Words inside records: files by first letters, each fetched once and only when a word needs it. */
    inside: {
      keys: [], got: {}, left: 0, then: null,
      words: function (query) { return query.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(function (w) { return w.length > 2; }).map(function (w) { return w.slice(0, 24); }); },
      fits: function (key, word) { return word.indexOf(key) === 0 || key.indexOf(word) === 0; },
      can: function (query) { return index.inside.words(query).length > 0; },
      find: function (query, then) {
        var me = index.inside, words = me.words(query);
        var need = me.keys.filter(function (k) { return words.some(function (w) { return me.fits(k, w); }); });
        me.then = function () { then(me.match(words)); };
        need.forEach(function (k) {
          if (k in me.got) return;
          me.got[k] = ""; me.left++;
          var name = Array.from(k).map(function (c) { return /[a-z0-9]/.test(c) ? c : "_" + c.codePointAt(0).toString(16); }).join("");
          doc.head.append(make("script", { src: root + "search/words/" + name + ".js" }));
        });
        if (!me.left) me.then();
      },
      take: function (key, text) { var me = index.inside; me.got[key] = text; if (--me.left === 0 && me.then) me.then(); },
      match: function (words) {
        var me = index.inside, all = null;
        words.forEach(function (word) {
          var found = new Set();
          me.keys.forEach(function (k) {
            if (!me.fits(k, word)) return;
            var text = "\n" + me.got[k];
            for (var at = text.indexOf("\n" + word); at >= 0; at = text.indexOf("\n" + word, at + 1)) {
              var tab = text.indexOf("\t", at), end = text.indexOf("\n", at + 1), n = 0;
              text.slice(tab + 1, end < 0 ? undefined : end).split(" ").forEach(function (d) { n += parseInt(d, 36); found.add(n); });
            }
          });
          all = all ? all.filter(function (n) { return found.has(n); }) : Array.from(found).sort(function (a, b) { return a - b; });
        });
        return all || [];
      }
    },
    group: function (from) { return index.groups[index.below(index.groups.length, function (i) { return index.groups[i].from; }, from)]; },
    record: function (line) {
      var from = index.starts[line], end = index.text.indexOf("\n", from), g = index.group(from);
      var part = index.text.slice(from, end < 0 ? undefined : end).split("\t");
      return { id: part[0], name: part[1] || part[0], kind: g.kind, url: g.folder + "/" + (part[2] || part[0]) + ".html" };
    },
    /* Every word must stand in the line or in the name of the kind; words that begin a word count more. */
    find: function (query, most) {
      var words = query.toLowerCase().split(/\s+/).filter(Boolean).sort(function (a, b) { return b.length - a.length; });
      var low = index.low, starts = index.starts, best = [], count = 0, asked = query.toLowerCase().trim();
      function weigh(line) {
        var from = starts[line], score = 0, kind = index.group(from).low;
        /* within the line alone: a word that it does not hold may be far away */
        var own = low.substring(from, low.indexOf("\n", from));
        for (var i = 0; i < words.length; i++) {
          var p = own.indexOf(words[i]);
          if (p < 0) { if (kind.indexOf(words[i]) < 0) return -1; score += 1; continue; }
          p += from;
          var before = low.charCodeAt(p - 1), whole = words[i].length === low.indexOf("\t", from) - from;
          score += p === from ? (whole ? 20 : 6) : before === 9 ? 5 : before === 32 || before === 45 ? 3 : 1;
        }
        /* what is called just so comes before what only begins so */
        var title = own.split("\t")[1] || "";
        return title === asked ? score + 10 : title.indexOf(asked) === 0 ? score + 2 : score;
      }
      function add(line) {
        var score = weigh(line);
        if (score < 0) return;
        count++;
        if (best.length === most && best[most - 1][0] >= score) return;
        var i = best.length;
        while (i > 0 && best[i - 1][0] < score) i--;
        best.splice(i, 0, [score, line]);
        if (best.length > most) best.pop();
      }
      /* lines that hold the longest word, then those of kinds whose name does */
      var first = words[0], inKind = index.groups.map(function (g) { return g.low.indexOf(first) >= 0; });
      for (var at = low.indexOf(first), line = -1; at >= 0; at = low.indexOf(first, at)) {
        var here = index.below(starts.length, function (i) { return starts[i]; }, at), end = low.indexOf("\n", at);
        /* a word in the head of a group lies behind the last line of the group before */
        if (here >= 0 && low.indexOf("\n", starts[here]) >= at && here !== line) { add(here); line = here; }
        if (end < 0) break;
        at = end + 1;
      }
      index.groups.forEach(function (g, n) {
        if (!inKind[n]) return;
        var next = index.groups[n + 1], to = next ? next.from : low.length;
        for (var i = index.below(starts.length, function (k) { return starts[k]; }, g.from) + 1; i < starts.length && starts[i] < to; i++) {
          if (low.substring(starts[i], low.indexOf("\n", starts[i])).indexOf(first) < 0) add(i);
        }
      });
      return { count: count, best: best.map(function (b) { return index.record(b[1]); }) };
    }
  };
  window.gitsmIndex = index.take;
  window.gitsmWords = index.inside.take;
  window.gitsmFind = function (query, most) { return index.find(query, most); };
})();

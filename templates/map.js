/* The estate map: the squares are there without this script, which lights up the surroundings of one item. */
(function () {
  "use strict";
  var M = window.gitsmMap, doc = document, svg = doc.getElementById("map"), SVG = "http://www.w3.org/2000/svg";
  if (!M || !svg) return;
  var n = M.ids.length, out = [], inn = [], i, a = 0, s = M.side;
  for (i = 0; i < n; i++) { out.push([]); inn.push([]); }
  for (i = 0; i < M.links.length; i += 2) { a += M.links[i]; out[a].push(M.links[i + 1]); inn[M.links[i + 1]].push(a); }
  var get = function (id) { return doc.getElementById(id); };
  var base = get("base"), over = get("over"), lines = get("lines"), says = get("says"), words = get("words"), pick = get("pick");
  var bar = doc.querySelector("[data-map]");
  bar.hidden = false;

  function walk(from, next) {
    var d = new Int16Array(n).fill(-1), edge = [from];
    d[from] = 0;
    while (edge.length) {
      var more = [];
      edge.forEach(function (u) { next[u].forEach(function (v) { if (d[v] < 0) { d[v] = d[u] + 1; more.push(v); } }); });
      edge = more;
    }
    return d;
  }
  function box(u) { return "M" + M.x[u] + " " + M.y[u] + "h" + s + "v" + s + "h-" + s + "z"; }
  function draw(into, cls, d) {
    if (!d) return;
    var p = doc.createElementNS(SVG, "path");
    p.setAttribute("class", cls); p.setAttribute("d", d); into.append(p);
  }
  function show(u) {
    over.textContent = ""; lines.textContent = ""; words.textContent = "";
    base.classList.toggle("dim", u >= 0);
    if (u < 0) { says.textContent = ""; return; }
    var up = walk(u, inn), dn = walk(u, out), near = { u1: "", u2: "", d1: "", d2: "" }, eu = "", ed = "", nu = 0, nd = 0, svc = [];
    for (var v = 0; v < n; v++) {
      if (up[v] > 0) { nu++; near[up[v] < 2 ? "u1" : "u2"] += box(v); if (v < M.names.length) svc.push(M.names[v]); }
      else if (dn[v] > 0) { nd++; near[dn[v] < 2 ? "d1" : "d2"] += box(v); }
      for (var k = 0; k < out[v].length; k++) {
        var w = out[v][k], isUp = up[w] >= 0 && up[v] === up[w] + 1, isDn = dn[v] >= 0 && dn[w] === dn[v] + 1;
        if (!isUp && !isDn) continue;
        var x1 = M.x[v] + s / 2, y1 = M.y[v] + s, x2 = M.x[w] + s / 2, y2 = M.y[w], m = (y1 + y2) / 2;
        var d = "M" + x1 + " " + y1 + "C" + x1 + " " + m + " " + x2 + " " + m + " " + x2 + " " + y2;
        if (isUp) eu += d; else ed += d;
      }
    }
    draw(lines, "ln-up", eu); draw(lines, "ln-down", ed);
    draw(over, "sq-up far", near.u2); draw(over, "sq-down far", near.d2); draw(over, "sq-up", near.u1); draw(over, "sq-down", near.d1);
    draw(over, "sq-me", "M" + (M.x[u] - 3) + " " + (M.y[u] - 3) + "h" + (s + 6) + "v" + (s + 6) + "h-" + (s + 6) + "z");
    says.textContent = nu + (nu === 1 ? " item" : " items") + " would feel its loss, " + svc.length + " of them services. It needs " + nd + (nd === 1 ? " item." : " items.");
    var link = doc.createElement("a");
    link.href = "../" + M.pages[u]; link.textContent = M.ids[u];
    words.append(link, svc.length ? ": services that would feel its loss are " + svc.slice(0, 30).join(", ") + (svc.length > 30 ? " and " + (svc.length - 30) + " more." : ".") : ": no service would feel its loss.");
    pick.value = M.ids[u];
    try { history.replaceState(null, "", "#" + M.ids[u]); } catch (e) { /* from a folder */ }
  }
  svg.addEventListener("click", function (e) {
    var m = svg.getScreenCTM().inverse(), x = e.clientX * m.a + m.e, y = e.clientY * m.d + m.f, hit = -1;
    for (var u = 0; u < n; u++) if (x >= M.x[u] - 1 && x <= M.x[u] + s + 1 && y >= M.y[u] - 1 && y <= M.y[u] + s + 1) hit = u;
    show(hit);
  });
  pick.addEventListener("change", function () {
    var u = M.ids.indexOf(pick.value.trim().toLowerCase());
    show(u);
    if (u < 0 && pick.value.trim()) says.textContent = "There is no item with this id.";
  });
  get("clear").addEventListener("click", function () { pick.value = ""; show(-1); });
  if (location.hash) show(M.ids.indexOf(decodeURIComponent(location.hash.slice(1))));
})();

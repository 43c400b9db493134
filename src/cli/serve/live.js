/* Preview only: asks whether the pages were made anew, loads them again, and shows what keeps them from being made. */
(function () {
  "use strict";
  var seen = null, box = null;
  function tell(words) {
    if (!words) { if (box) { box.remove(); box = null; } return; }
    if (!box) {
      box = document.createElement("div");
      box.id = "gitsm-error";
      box.setAttribute("role", "alert");
      Object.assign(box.style, { position: "fixed", inset: "auto 1rem 1rem", zIndex: 99, padding: "1rem 1.25rem", background: "#4a151c", color: "#ffd9da", font: "14px/1.5 ui-monospace, monospace", whiteSpace: "pre-wrap", border: "2px solid #f0555f", borderRadius: "8px" });
      document.body.append(box);
    }
    box.textContent = "The pages cannot be made; these are the last good ones.\n" + words;
  }
  function ask() {
    fetch("/.gitsm/state", { cache: "no-store" }).then(function (answer) { return answer.json(); }).then(function (state) {
      if (seen !== null && state.version !== seen) { location.reload(); return; }
      seen = state.version;
      tell(state.error);
    }).catch(function () { /* the preview has ended */ }).then(function () { setTimeout(ask, 700); });
  }
  addEventListener("DOMContentLoaded", ask);
})();

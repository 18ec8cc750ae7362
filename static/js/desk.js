"use strict";
// Keyboard for staff: any element with data-key="b" is clicked or focused by that key; J and K walk through rows.
// A row is any element with data-row; Enter opens its first link.
(function () {
  function writing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }
  function rows() { return Array.from(document.querySelectorAll("[data-row]")); }
  function walk(step) {
    var all = rows();
    if (!all.length) { return; }
    var now = all.findIndex(function (row) { return row.getAttribute("aria-selected") === "true"; });
    var next = Math.min(Math.max(now + step, 0), all.length - 1);
    all.forEach(function (row, index) {
      if (index === next) { row.setAttribute("aria-selected", "true"); } else { row.removeAttribute("aria-selected"); }
    });
    var link = all[next].querySelector("a");
    if (link) { link.focus(); }
    all[next].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) { return; }
    if (writing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    var key = event.key.toLowerCase();
    var found = Array.from(document.querySelectorAll("[data-key]")).find(function (element) {
      return element.dataset.key.toLowerCase() === key && element.offsetParent !== null;
    });
    if (found) {
      event.preventDefault();
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(found.tagName)) { found.focus(); } else { found.focus(); found.click(); }
      return;
    }
    if (key === "j") { event.preventDefault(); walk(1); }
    if (key === "k") { event.preventDefault(); walk(-1); }
  });
})();

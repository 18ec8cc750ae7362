"use strict";
// Decision tables: arrow keys walk through the grid, Alt with an arrow moves a rule, and what is typed is checked a moment
// later. Without this script every button of the page does the same.
(function () {
  var form = document.querySelector("form[data-decision]");
  if (!form) { return; }
  var grid = form.querySelector("[data-grid]");
  var state = form.querySelector("[data-decision-state]");
  var timer = 0;
  var asked = 0;

  function cells(row) { return Array.from(row.querySelectorAll("textarea")); }
  function rows() { return Array.from(grid.querySelectorAll("tbody tr")); }
  function go(row, column) {
    var target = row && cells(row)[column];
    if (target) { target.focus(); target.select(); }
    return Boolean(target);
  }
  function step(event) {
    var field = event.target;
    if (field.tagName !== "TEXTAREA" || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    var row = field.closest("tr");
    var all = rows();
    var at = all.indexOf(row);
    var column = cells(row).indexOf(field);
    var whole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    var start = field.selectionStart === 0 && (field.selectionEnd === 0 || whole);
    var end = field.selectionEnd === field.value.length && (field.selectionStart === field.value.length || whole);
    if (event.altKey) {
      var move = { ArrowUp: "[data-up]", ArrowDown: "[data-down]" }[event.key];
      if (move) { event.preventDefault(); row.querySelector(move).click(); }
      return;
    }
    var moved = false;
    if (event.key === "ArrowUp" && field.value.lastIndexOf("\n", field.selectionStart - 1) < 0) { moved = go(all[at - 1], column); }
    if (event.key === "ArrowDown" && field.value.indexOf("\n", field.selectionEnd) < 0) { moved = go(all[at + 1], column); }
    if (event.key === "ArrowLeft" && start) { moved = go(row, column - 1); }
    if (event.key === "ArrowRight" && end) { moved = go(row, column + 1); }
    if (event.key === "Enter") { moved = go(all[at + 1], column) || true; }
    if (moved) { event.preventDefault(); }
  }
  if (grid) { grid.addEventListener("keydown", step); }

  function show(note, wrong) {
    var field = form.elements[note.id.slice(0, -6)];
    note.hidden = !wrong;
    if (field) {
      if (wrong) { field.setAttribute("aria-invalid", "true"); } else { field.removeAttribute("aria-invalid"); }
    }
    note.textContent = "";
    if (!wrong) { return; }
    var text = document.createElement("span");
    text.textContent = wrong.text;
    var place = document.createElement("code");
    place.className = "sk-feel";
    var mark = document.createElement("mark");
    mark.textContent = wrong.marked || " ";
    place.append(wrong.before, mark, wrong.after);
    note.append(text, place);
  }
  async function check() {
    var turn = ++asked;
    var answer;
    try {
      var response = await fetch(form.dataset.decision, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!response.ok) { return; }
      answer = await response.json();
    } catch (_offline) {
      return;
    }
    if (turn !== asked) { return; }
    form.querySelectorAll("[data-mistake]").forEach(function (note) { show(note, answer.fields[note.id.slice(0, -6)]); });
    if (state) { state.textContent = answer.state; }
  }
  form.addEventListener("input", function (event) {
    if (event.target.name && event.target.name.indexOf("try-") === 0) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(check, 400);
  });
})();

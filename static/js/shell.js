"use strict";
// Small helps on every page. Nothing here is needed: all pages work without scripts.
(function () {
  document.documentElement.classList.add("sk-scripted");

  // After a refused form the summary of errors gets the focus, so that it is read first.
  var summary = document.querySelector("[data-focus]");
  if (summary) { summary.focus(); }

  // Type-ahead: a list of links below a search field.
  document.querySelectorAll("[data-suggest]").forEach(function (box) {
    var input = box.querySelector("input");
    var list = document.createElement("ul");
    var timer = 0;
    var chosen = -1;
    list.className = "sk-suggest";
    list.id = input.id + "-vorschlaege";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels.length ? input.labels[0].textContent : "");
    box.appendChild(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function mark(index) {
      var items = list.querySelectorAll("a");
      if (!items.length) { return; }
      chosen = (index + items.length) % items.length;
      items.forEach(function (item, i) { item.setAttribute("aria-selected", String(i === chosen)); });
      input.setAttribute("aria-activedescendant", items[chosen].id);
    }
    function show(rows) {
      list.replaceChildren();
      rows.forEach(function (row, index) {
        var item = document.createElement("li");
        var link = document.createElement("a");
        item.setAttribute("role", "presentation");
        link.href = row.url;
        link.textContent = row.title;
        link.id = list.id + "-" + index;
        link.tabIndex = -1;
        link.setAttribute("role", "option");
        link.setAttribute("aria-selected", "false");
        item.appendChild(link);
        list.appendChild(item);
      });
      list.hidden = rows.length === 0;
      chosen = -1;
      input.setAttribute("aria-expanded", String(rows.length > 0));
    }
    function ask() {
      var words = input.value.trim();
      if (words.length < 2) { close(); return; }
      fetch(box.dataset.suggest + "?q=" + encodeURIComponent(words), { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : { results: [] }; })
        .then(function (data) { if (input.value.trim() === words) { show(data.results); } })
        .catch(close);
    }
    input.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(ask, 120); });
    input.addEventListener("keydown", function (event) {
      if (list.hidden) { return; }
      if (event.key === "ArrowDown") { event.preventDefault(); mark(chosen + 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); mark(chosen - 1); }
      if (event.key === "Escape") { close(); }
      if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); list.querySelectorAll("a")[chosen].click(); }
    });
    box.addEventListener("focusout", function (event) { if (!box.contains(event.relatedTarget)) { close(); } });
  });

  // A form is sent once, even with an impatient double click.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
})();

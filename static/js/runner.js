"use strict";
// One help on the pages of a form: when an answer may bring questions (or take them away), ask the server at once and
// put the new questions in place. Without scripts the same questions come after "Weiter".
(function () {
  var form = document.querySelector("form[data-runner]");
  if (!form || !window.fetch || !window.DOMParser) { return; }
  var watched = "input[type=radio], input[type=checkbox], select";
  var running = 0;

  function refresh(changed) {
    var data = new FormData(form);
    var ticket = ++running;
    form.querySelectorAll("input[type=file]").forEach(function (input) { data.delete(input.name); });
    data.set("_action", "peek");
    fetch(window.location.href, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
      .then(function (text) {
        if (ticket !== running) { return; }
        var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-runner]");
        if (fresh) { exchange(fresh, changed); }
      })
      .catch(function () { /* the questions come after "Weiter" */ });
  }

  function names(root) {
    return Array.from(root.querySelectorAll("input[name=_f]")).map(function (input) { return input.value; }).join("\n");
  }

  function exchange(fresh, changed) {
    if (names(fresh) === names(form)) { return; }
    if (form.querySelector("input[type=file]") && Array.from(form.querySelectorAll("input[type=file]")).some(function (i) { return i.files.length; })) { return; }
    form.replaceChildren.apply(form, Array.from(fresh.childNodes));
    var again = changed.value === undefined ? null : form.querySelector("#" + CSS.escape(changed.id));
    if (again) { again.focus(); }
    listen();
  }

  function listen() {
    form.querySelectorAll(watched).forEach(function (input) {
      input.addEventListener("change", function () { refresh(input); });
    });
  }
  listen();
})();

"use strict";
// Help on the pages of a form. The rules that the server handed over (data-rules) run here as soon as an answer changes:
// questions come and go, computed values follow, a broken rule is said at the field. Where a rule needs the server, or the
// engine does not load, the server is asked for the page again. Without scripts all of it comes after "Weiter".
(function () {
  var form = document.querySelector("form[data-runner]");
  if (!form || !window.fetch || !window.DOMParser) { return; }
  var watched = "input[type=radio], input[type=checkbox], select";
  var running = 0;
  var lines = 0;
  var engine = null;
  var loading = null;
  var rules = read();
  var touched = {};

  function read() {
    try { return JSON.parse(form.dataset.rules); } catch (error) { return null; }
  }

  function hasRules() { return rules && (rules.show.length || rules.compute.length || rules.warn.length); }

  function load() {
    if (!loading && hasRules()) {
      loading = import(form.dataset.feel).then(function (found) { engine = found; }, function () { rules = null; });
    }
    return loading || Promise.resolve();
  }

  // --- what has been answered ---------------------------------------------------------------------------------------

  function control(name) {
    return Array.from(form.querySelectorAll("input[name=_f]")).find(function (input) { return input.value === name; });
  }

  function named(name) {
    return Array.from(form.elements).filter(function (item) { return item.name === name && item.type !== "hidden"; });
  }

  function words(name) {
    var item = named(name)[0];
    return item ? item.value.normalize("NFC").trim() : "";
  }

  function day(name) {
    var parts = ["_year", "_month", "_day"].map(function (part) { return words(name + part); });
    if (!/^[12]\d{3}$/.test(parts[0]) || !/^\d{1,2}$/.test(parts[1]) || !/^\d{1,2}$/.test(parts[2])) { return null; }
    var text = parts[0] + "-" + parts[1].padStart(2, "0") + "-" + parts[2].padStart(2, "0");
    var moment = new Date(text + "T00:00:00Z");
    return !isNaN(moment) && moment.toISOString().slice(0, 10) === text ? text : null;
  }

  function number(text, whole) {
    var plain = text.replace(/\s/g, "").replace("\u2212", "-").replace(/€$|EUR$/, "");
    if (/^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(plain)) { plain = plain.replace(/\./g, ""); }
    plain = plain.replace(",", ".");
    if (!/^[+-]?\d{1,15}(\.\d+)?$/.test(plain)) { return null; }
    return whole && Number(plain) % 1 !== 0 ? null : Number(plain);
  }

  function clock(text) {
    var found = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\s*Uhr)?$/.exec(text);
    if (!found || found[1] > 23 || found[2] > 59 || (found[3] || 0) > 59) { return null; }
    return found[1].padStart(2, "0") + ":" + found[2] + ":" + (found[3] || "00");
  }

  // The answer to a question of this page; null while it is not there, empty or unreadable.
  function answer(name, kind) {
    if (!control(name)) { return kind.indexOf("list of ") === 0 ? [] : null; }
    if (kind === "date") { return day(name); }
    var items = named(name);
    var chosen = items.filter(function (item) { return item.checked; }).map(function (item) { return item.value; });
    if (kind.indexOf("list of ") === 0) { return chosen; }
    if (kind === "bool") {
      if (items.length === 1 && items[0].type === "checkbox") { return items[0].checked; }
      return chosen.length ? chosen[0] === "true" : null;
    }
    var text = items.length && items[0].type === "radio" ? chosen[0] || "" : words(name);
    if (text === "") { return null; }
    if (kind === "number" || kind === "integer") { return number(text, kind === "integer"); }
    return kind === "time" ? clock(text) : text;
  }

  function value(rule, expression) {
    var given = {};
    Object.keys(rule.with).forEach(function (name) {
      var bound = rule.with[name];
      given[name] = ["of" in bound ? answer(bound.of, bound.as) : bound.is, bound.as];
    });
    return engine.run(expression, given);
  }

  // --- what follows from it -----------------------------------------------------------------------------------------

  function apply() {
    for (var round = 0; round <= rules.show.length && rules.show.filter(show).length; round += 1) { /* until nothing changes */ }
    rules.compute.forEach(compute);
    rules.warn.forEach(warn);
  }

  function place(attribute, path) { return form.querySelector("[" + attribute + '="' + CSS.escape(path) + '"]'); }

  function show(rule) {
    var box = place("data-if", rule.at);
    if (!box) { return false; }
    var wanted = value(rule, rule.if) === true;
    if (wanted !== box.hidden) { return false; }
    if (wanted) {
      box.replaceChildren(box.querySelector("template").content);
    } else {
      var asleep = document.createElement("template");
      asleep.content.append.apply(asleep.content, Array.from(box.childNodes));
      box.replaceChildren(asleep);
    }
    box.hidden = !wanted;
    document.dispatchEvent(new CustomEvent("sk:questions", { detail: box }));
    return true;
  }

  function compute(rule) {
    var box = place("data-value", rule.at);
    if (!box) { return; }
    var text = written(value(rule, rule.value), rule.as);
    var line = box.querySelector("dd");
    if (line.textContent !== text) { line.textContent = text; }
    box.hidden = text === "";
  }

  function written(found, shape) {
    if (found === null) { return ""; }
    var german = rules.language.indexOf("de") === 0;
    if (shape === "date") {
      var parts = found.split("-");
      if (german) { return parts[2] + "." + parts[1] + "." + parts[0]; }
      return new Date(found + "T00:00:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    }
    if (typeof found !== "number") { return ""; }
    var places = shape === "money" ? 2 : 0;
    var text = engine.rounded(found, shape === "money" ? 2 : 12)
      .toLocaleString(german ? "de-DE" : "en-GB", { minimumFractionDigits: places, maximumFractionDigits: places || 12 });
    return shape !== "money" ? text : german ? text + " €" : "€" + text;
  }

  function warn(rule) {
    var marker = control(rule.at);
    if (!marker || !touched[rule.at]) { return; }
    var given = answer(rule.at, rule.as);
    var broken = given !== null && value(rule, rule.if) === false;
    said(marker.parentElement, rule, broken);
  }

  function said(box, rule, broken) {
    var key = rule.at + "\n" + rule.if;
    var line = Array.from(box.querySelectorAll("p.sk-early")).find(function (item) { return item.dataset.key === key; });
    if (broken && !line) {
      line = document.createElement("p");
      line.className = "sk-early";
      line.dataset.key = key;
      line.id = "early-" + (lines += 1);
      line.setAttribute("role", "status");
      box.appendChild(line);
      line.textContent = rule.say;
    } else if (!broken && line) {
      line.remove();
    } else { return; }
    box.querySelectorAll("input:not([type=hidden]), select, textarea").forEach(function (item) {
      var ids = (item.getAttribute("aria-describedby") || "").split(" ").filter(function (id) { return id && id !== line.id; });
      if (broken) { ids.push(line.id); }
      if (ids.length) { item.setAttribute("aria-describedby", ids.join(" ")); } else { item.removeAttribute("aria-describedby"); }
    });
  }

  // --- asking the server --------------------------------------------------------------------------------------------

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
    form.dataset.rules = fresh.dataset.rules || "";
    rules = read();
    var again = changed.value === undefined ? null : form.querySelector("#" + CSS.escape(changed.id));
    if (again) { again.focus(); }
    document.dispatchEvent(new CustomEvent("sk:questions", { detail: form }));
  }

  function mustAsk(changed, name) {
    if (!rules) { return changed.matches(watched); }
    return rules.ask.indexOf(name.replace(/\[\d+\]/g, "")) >= 0;
  }

  form.addEventListener("focusin", load, { once: true });
  form.addEventListener("change", function (event) {
    var changed = event.target;
    if (!changed.name) { return; }
    var name = changed.name.replace(/_(day|month|year)$/, "");
    touched[name] = true;
    load().then(function () {
      try {
        if (engine && hasRules()) { apply(); }
      } catch (error) {
        rules = null;
      }
      if (mustAsk(changed, name)) { refresh(changed); }
    });
  });
})();

// The drawing tool of the workshop: bpmn-js draws, the server judges while one draws, saving is the form of the page.
// Without scripts the list of steps and the file say and change the same.
"use strict";

(() => {
  const STEP = 1.25;
  const PAUSE = 600;
  const form = document.querySelector("[data-modeler]");
  if (!form || !window.BpmnJS) return;
  const data = JSON.parse(document.getElementById(form.dataset.modeler).textContent);
  const drawing = form.querySelector(".sk-modeler__drawing");
  const container = form.querySelector(".sk-modeler__canvas");
  const findings = form.querySelector(".sk-modeler__findings");
  const state = form.querySelector(".sk-modeler__state");
  const selected = form.querySelector(".sk-modeler__selected");
  const text = form.querySelector("textarea[name=xml]");
  const editable = "editable" in form.dataset;
  let dirty = data.dirty;
  let ticket = 0;
  let timer = 0;
  let marked = [];
  let sending = false;

  drawing.hidden = false;
  const modeler = new window.BpmnJS({ container });
  const canvas = modeler.get("canvas");
  const registry = modeler.get("elementRegistry");

  async function start() {
    try {
      await modeler.importXML(data.xml);
    } catch (error) {
      drawing.hidden = true;
      form.dataset.state = "failed";
      form.dataset.reason = error.message;
      return;
    }
    canvas.zoom("fit-viewport", "auto");
    if (canvas.zoom() > 1) canvas.zoom(1, "auto");
    if (editable) modeler.on("commandStack.changed", changed);
    modeler.on("selection.changed", ({ newSelection }) => select(newSelection));
    for (const button of form.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(button.dataset.zoom));
    listen("[data-undo]", () => modeler.get("commandStack").undo());
    listen("[data-redo]", () => modeler.get("commandStack").redo());
    listen(".sk-modeler__selected", (event) => {
      if (!dirty) return;
      event.preventDefault();
      say(form.dataset.first);
    });
    form.addEventListener("submit", submit);
    window.addEventListener("beforeunload", (event) => { if (dirty && !sending) event.preventDefault(); });
    await check(data.xml);
    form.dataset.state = "drawn";
  }

  function listen(selector, act) {
    const found = form.querySelector(selector);
    if (found) found.addEventListener("click", act);
  }

  function say(words) { state.textContent = words; }

  function zoom(how) {
    if (how === "fit") canvas.zoom("fit-viewport", "auto");
    else canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * (how === "in" ? STEP : 1 / STEP))), "auto");
  }

  function select(elements) {
    const one = elements.length === 1 ? elements[0] : null;
    const about = one && (one.type === "label" ? one.labelTarget : one);
    selected.hidden = !about || about.id === undefined || about.type === "bpmn:Process";
    if (selected.hidden) return;
    selected.href = data.element.replace("ELEMENT", encodeURIComponent(about.businessObject.id));
    selected.textContent = `${selected.dataset.word}: ${about.businessObject.name || about.businessObject.id}`;
  }

  function changed() {
    dirty = true;
    say(form.dataset.unsaved);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const { xml } = await modeler.saveXML({ format: true });
      text.value = xml;
      await check(xml);
    }, PAUSE);
  }

  async function check(xml) {
    const mine = ++ticket;
    try {
      const answer = await fetch(data.check, {
        method: "POST",
        body: xml,
        headers: { "Content-Type": "application/xml", Accept: "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { problems } = await answer.json();
      if (mine === ticket) show(problems);
    } catch {
      if (mine === ticket) say(form.dataset.offline);
    }
  }

  function show(problems) {
    for (const [id, mark] of marked) canvas.removeMarker(id, mark);
    marked = [];
    const list = document.createElement("ul");
    list.className = "sk-list sk-troubles";
    for (const problem of problems) {
      list.append(line(problem));
      const mark = `sk-finding-${problem.severity}`;
      if (problem.severity !== "hint" && registry.get(problem.element) && !marked.some(([id]) => id === problem.element)) {
        canvas.addMarker(problem.element, mark);
        marked.push([problem.element, mark]);
      }
    }
    if (!problems.length) list.append(item(form.dataset.fine));
    findings.replaceChildren(list);
    form.dataset.problems = String(problems.filter((problem) => problem.severity === "error").length);
    form.dataset.checked = String(ticket);
  }

  function item(words) {
    const found = document.createElement("li");
    found.textContent = words;
    return found;
  }

  function line(problem) {
    const found = item("");
    const word = document.createElement("strong");
    word.textContent = `${problem.word}: `;
    found.append(word);
    const shape = registry.get(problem.element);
    const message = document.createElement(shape ? "button" : "span");
    message.textContent = problem.message;
    if (shape) {
      message.type = "button";
      message.addEventListener("click", () => {
        modeler.get("selection").select(shape);
        canvas.scrollToElement(shape);
      });
    }
    found.append(message);
    for (const [kind, words] of [["code", problem.expression], ["span", problem.place && `(${problem.place})`]]) {
      if (!words) continue;
      const part = document.createElement(kind);
      part.textContent = ` ${words}`;
      if (kind === "span") part.className = "sk-muted";
      found.append(part);
    }
    return found;
  }

  function submit(event) {
    if (event.submitter && event.submitter.closest("details")) { sending = true; return; } // the text as it was typed
    event.preventDefault();
    if (sending) return;
    sending = true;
    modeler.saveXML({ format: true }).then(({ xml }) => {
      text.value = xml;
      HTMLFormElement.prototype.submit.call(form);
    });
  }

  selected.dataset.word = selected.textContent;
  start();
})();

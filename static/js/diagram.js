// Draws the processes on a page with bpmn-js and marks the way taken. Without scripts the list beside it stays alone.
"use strict";

(() => {
  const STEP = 1.25;

  async function draw(figure) {
    const data = JSON.parse(document.getElementById(figure.dataset.diagram).textContent);
    const drawing = figure.querySelector(".sk-diagram__drawing");
    const container = figure.querySelector(".sk-diagram__canvas");
    drawing.hidden = false;
    const viewer = new window.BpmnJS({ container, zoomScroll: { enabled: false } });
    let warnings = [];
    try {
      ({ warnings } = await viewer.importXML(data.xml));
    } catch (error) {
      drawing.hidden = true;
      figure.dataset.state = "failed";
      figure.dataset.reason = error.message;
      return;
    }
    const canvas = viewer.get("canvas");
    const registry = viewer.get("elementRegistry");
    for (const [ids, mark] of [[data.done, "sk-way-done"], [data.current, "sk-way-current"]]) {
      for (const id of ids) {
        if (registry.get(id)) canvas.addMarker(id, mark);
      }
    }
    const picture = container.querySelector("svg");
    picture.setAttribute("aria-hidden", "true");
    picture.setAttribute("tabindex", "-1");
    fit(canvas, container);
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => zoom(canvas, container, button.dataset.zoom));
    }
    figure.querySelector(".sk-diagram__list").open = false;
    figure.dataset.warnings = String(warnings.length);
    figure.dataset.reason = warnings.map((warning) => warning.message).join(" | ");
    figure.dataset.state = "drawn";
  }

  function fit(canvas, container) {
    const inner = canvas.viewbox().inner;
    const scale = Math.min(1, container.clientWidth / (inner.width + 40));
    container.style.height = `${Math.round(Math.min(Math.max((inner.height + 40) * scale, 160), 640)) + 50}px`;
    canvas.resized();
    canvas.zoom("fit-viewport", "auto");
    if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  }

  function zoom(canvas, container, how) {
    if (how === "fit") fit(canvas, container);
    else canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * (how === "in" ? STEP : 1 / STEP))), "auto");
  }

  for (const figure of document.querySelectorAll("[data-diagram]:not([data-state])")) {
    figure.dataset.state = "drawing";
    draw(figure);
  }
})();

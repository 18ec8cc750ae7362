"use strict";
// Before sending: say at once when a file is too large, list the chosen files, show small previews of pictures.
(function () {
  function enhance(root) { root.querySelectorAll(".sk-upload input[type=file]").forEach(function (input) {
    if (input.dataset.enhanced) { return; }
    input.dataset.enhanced = "1";
    var list = document.createElement("ul");
    list.className = "sk-upload__files";
    list.setAttribute("aria-live", "polite");
    input.parentElement.appendChild(list);
    input.addEventListener("change", function () {
      var limit = Number(input.dataset.maxBytes || 0);
      var tooLarge = false;
      list.replaceChildren();
      Array.from(input.files).forEach(function (file) {
        var item = document.createElement("li");
        var text = document.createElement("span");
        text.textContent = file.name + " (" + (file.size / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) + " MB)";
        if (/^image\/(png|jpeg|webp)$/.test(file.type)) {
          var picture = document.createElement("img");
          picture.alt = "";
          picture.src = URL.createObjectURL(file);
          picture.addEventListener("load", function () { URL.revokeObjectURL(picture.src); });
          item.appendChild(picture);
        }
        item.appendChild(text);
        if (limit && file.size > limit) {
          tooLarge = true;
          var warning = document.createElement("strong");
          warning.textContent = input.dataset.tooLarge;
          item.appendChild(warning);
        }
        list.appendChild(item);
      });
      input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
    });
  }); }
  enhance(document);
  document.addEventListener("sk:questions", function (event) { enhance(event.detail); });
})();

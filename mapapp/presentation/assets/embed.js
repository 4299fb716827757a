/* The embedded page: draws its map, and follows the service selector without loading the page again. */
(() => {
  "use strict";

  const dataIn = (page, id) => JSON.parse(page.getElementById(id).textContent);

  const map = L.map("map", { preferCanvas: true, minZoom: 4, maxZoom: 16, zoomSnap: 0.25, scrollWheelZoom: false });
  // The wheel belongs to the partner's page until somebody enters the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());

  const view = dataIn(document, "view");
  map.fitBounds(view.bounds);
  const drawing = HromadaMap.attach(map, dataIn(document, "furniture"), () => {});
  drawing.show(view);

  const form = document.querySelector("form");
  form.querySelector("button").hidden = true; // choosing is enough

  /** Put the answer of another address of this page in the place of the present one. */
  const swapTo = async (url, isLatest) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!isLatest()) return;
    for (const part of document.querySelectorAll("[data-swap]")) {
      part.replaceWith(page.querySelector(`[data-swap="${part.dataset.swap}"]`));
    }
    document.title = page.title;
    history.replaceState(null, "", url);
    drawing.show(dataIn(document, "view"));
  };

  let latest = 0;
  form.addEventListener("change", async () => {
    const mine = (latest += 1);
    const url = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    form.setAttribute("aria-busy", "true");
    try {
      await swapTo(url, () => mine === latest);
    } catch {
      location.assign(url);
    } finally {
      if (mine === latest) form.removeAttribute("aria-busy");
    }
  });
})();

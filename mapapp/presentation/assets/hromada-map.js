/* Draws hromadas, outlines and service points on a Leaflet map; shared by the app's map and the embedded page.
 *
 * Geometry and names come once, from immutable addresses. `show(state)` gets the few values of a view (see
 * mapapp/presentation/map_scene.py) and only recolours. Everything people wrote reaches the page through
 * `textContent`, so a name can never become markup.
 */
(() => {
  "use strict";

  const LABEL_ZOOM = 5.5; // before this the country is too small for words
  const DETAIL_ZOOM = 9; // from here on 500 m outlines look angular
  const MAX_FIT_ZOOM = 11; // a small area keeps its neighbours in sight
  const NEAR_PX = 3; // a finger is not a needle; dots this close to one another share a popup
  const MAX_IN_POPUP = 20;
  const NOT_ASKED = ".";

  const fetchJson = async (url, signal) => {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.json();
  };

  /** An element with a class, a text and children; text is never parsed as HTML. */
  const make = (tag, className = "", text = "", ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  };

  /** A small square of the colour, hatched as on the map. */
  const swatch = ({ colour, hatch }) => {
    const square = make("i", "swatch");
    square.style.background = hatch ? `repeating-linear-gradient(135deg, ${hatch} 0 1px, ${colour} 1px 5px)` : colour;
    return square;
  };

  /** A canvas pattern of diagonal strokes, which Leaflet passes on as a fill style. */
  const hatched = ({ colour, hatch }) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 7;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, tile.width, tile.height);
    pen.strokeStyle = hatch;
    pen.beginPath();
    for (const x of [-7, 0, 7]) {
      pen.moveTo(x - 1, 8);
      pen.lineTo(x + 8, -1);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  };

  /** Area-weighted centre of a polygon's largest ring, as Leaflet's [lat, lng], with the ring's area in square degrees. */
  const centreOf = (geometry) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    let best = { area: 0, at: null };
    for (const [ring] of polygons) {
      let area = 0, x = 0, y = 0;
      for (let i = 0; i < ring.length - 1; i += 1) {
        const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
        area += cross;
        x += (ring[i][0] + ring[i + 1][0]) * cross;
        y += (ring[i][1] + ring[i + 1][1]) * cross;
      }
      if (Math.abs(area) > best.area) best = { area: Math.abs(area), at: [y / (3 * area), x / (3 * area)] };
    }
    return best;
  };

  const codeOf = (feature) => feature.properties.code;

  /** «098 123-45-67» as a link that dials; short numbers such as 1545 stay as they are. */
  const phoneLink = (phone) => {
    const link = make("a", "", phone);
    link.href = `tel:${phone.replace(/[^\d+]/g, "")}`;
    return link;
  };

  /** What a popup says of one point. */
  const card = ({ name, kind, address, phones, isDemo }, words) => {
    const heading = make("h3", "", name);
    if (isDemo) heading.append(make("span", "map-demo", words.demo));
    const article = make("article", "", "", heading, make("p", "kind", kind));
    if (address) article.append(make("p", "", address));
    if (phones.length) {
      article.append(make("p", "", "", ...phones.flatMap((phone, i) => (i ? [", ", phoneLink(phone)] : [phoneLink(phone)]))));
    }
    return article;
  };

  /** Leaflet's metric scale with the units in the reader's language. */
  const scaleIn = (words) => new (L.Control.Scale.extend({
    _updateMetric(maxMetres) {
      const metres = this._getRoundNum(maxMetres);
      const text = metres < 1000 ? `${metres} ${words.metres}` : `${metres / 1000} ${words.kilometres}`;
      this._updateScale(this._mScale, text, metres / maxMetres);
    },
  }))({ imperial: false });

  const corner = (position, element) => {
    const control = L.control({ position });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(element).disableScrollPropagation(element);
      return element;
    };
    return control;
  };

  class HromadaMap {
    /**
     * @param map a Leaflet map without layers
     * @param furniture what stays while filters change: addresses, colours, words
     * @param onClick called with {lon, lat, hromada, point_id} for every click
     */
    constructor(map, furniture, onClick) {
      this.map = map;
      this.furniture = furniture;
      this.words = furniture.words;
      this.onClick = onClick;
      this.areas = new Map(); // code -> {row, index, feature, layer}
      this.digits = null;
      this.drawn = 0;
      this.canvas = L.canvas({ padding: 0.2 });
      this.fills = new Map(); // of a state or band, by its colours
      for (const [name, zIndex] of [["points", 410], ["hover", 420], ["labels", 430]]) {
        const pane = map.createPane(name);
        pane.style.zIndex = zIndex;
        pane.style.pointerEvents = "none";
      }
      this.addFurniture();
      this.hovered = this.outline(2);
      this.selected = this.outline(3.5);
      this.points = new PointLayer(Object.fromEntries(furniture.groups.map(({ key, colour }) => [key, colour])), { pane: "points" }).addTo(map);
      this.results = L.layerGroup().addTo(map);
      this.tip = L.tooltip({ className: "map-tip", opacity: 1 });
      map.on("click", (event) => this.click(event.latlng, null));
      map.on("mousemove", (event) => this.pointTo(event.containerPoint));
      map.on("zoomend", () => this.restyleForZoom());
      map.on("moveend", () => this.placeLabels());
      map.on("popupopen", ({ popup }) => popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", this.words.close));
      // A map in a hidden tab has no size: fit it when it first gets one.
      new ResizeObserver(() => { map.invalidateSize(); if (!this.isFitted) this.fit(); }).observe(map.getContainer());
      this.loaded = this.load().catch((error) => this.say(this.words.failed, error));
    }

    /** Give the map its furniture; a second call for the same map returns what is there.
     * The drawing is found again at the map and at its element. */
    static attach(map, furniture, onClick = tellStreamlit) {
      map.hromadaMap ??= new HromadaMap(map, furniture, onClick);
      map.getContainer().hromadaMap = map.hromadaMap;
      return map.hromadaMap;
    }

    /** Draw a view: colours, points, selection, origin and results. Only a changed `bounds` moves the map. */
    show(state) {
      const before = this.state;
      this.state = state;
      this.showLegend();
      if (JSON.stringify(before?.bounds) !== JSON.stringify(state.bounds)) this.fit();
      this.showResults();
      const points = before?.pointsUrl === state.pointsUrl ? this.pointsLoaded : this.loadPoints(state.pointsUrl);
      this.pointsLoaded = points;
      this.loaded.then(() => { if (this.state === state) this.paint(); });
      Promise.all([this.loaded, points]).then(() => { if (this.state === state) this.announce(); });
    }

    // --- what stays -----------------------------------------------------------------------------------------

    addFurniture() {
      const { map, words, furniture } = this;
      const container = map.getContainer();
      container.setAttribute("role", "region");
      container.setAttribute("aria-label", words.map);
      // Leaflet focuses the map when the mouse goes down; were the page to scroll then, the click would miss.
      container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
      map.attributionControl?.setPrefix(false).addAttribution(make("span", "", furniture.attribution).innerHTML);
      map.zoomControl?.remove();
      L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
      scaleIn(words).addTo(map);
      this.legend = this.makeLegend();
      corner("bottomleft", this.legend).addTo(map);
      this.note = make("div", "map-card map-note", words.loading);
      this.note.setAttribute("role", "status");
      corner("topright", this.note).addTo(map);
      if (furniture.approximate) corner("bottomright", make("div", "map-card map-note", words.approximate)).addTo(map);
      if (furniture.tiles) this.addTiles(furniture.tiles);
    }

    /** A base map is a guest: if its first tiles do not come, it leaves and the map stays as it is. */
    addTiles({ url, attribution }) {
      const tiles = L.tileLayer(url, { attribution: make("span", "", attribution).innerHTML, maxZoom: 18 });
      let hasCome = false;
      tiles.on("tileload", () => { hasCome = true; });
      tiles.on("tileerror", () => {
        if (hasCome || !this.map.hasLayer(tiles)) return;
        tiles.remove();
        this.hasTiles = false;
        this.repaint();
        this.say(this.words.tilesOff);
      });
      this.hasTiles = true;
      tiles.addTo(this.map);
    }

    makeLegend() {
      const { groups } = this.furniture;
      const entry = (kind, label) => make("li", "", "", make("i", `swatch ${kind}`), make("span", "", label));
      this.stateList = make("ul");
      this.groupEntries = new Map(groups.map(({ key, label }) => [key, entry(`dot group-${key}`, label)]));
      this.pointList = make("div", "", "", make("p", "", this.words.providers), make("ul", "", "", ...this.groupEntries.values()));
      const legend = make("details", "map-card map-legend", "", make("summary", "", this.words.legend), this.stateList, this.pointList);
      legend.open = this.map.getContainer().clientWidth >= 600;
      return legend;
    }

    outline(weight) {
      return L.polygon([], { pane: "hover", renderer: (this.svg ??= L.svg({ pane: "hover" })), interactive: false, fill: false, weight, color: this.furniture.selection }).addTo(this.map);
    }

    say(sentence, error) {
      if (error) console.warn(error);
      this.note.textContent = sentence;
      this.note.hidden = !sentence;
    }

    // --- geometry, once -------------------------------------------------------------------------------------

    async load() {
      const { geometry, units } = this.furniture;
      const [hromadas, names] = [fetchJson(geometry.hromadas), fetchJson(units)];
      const outlines = Promise.all([fetchJson(geometry.raions), fetchJson(geometry.oblasts)]);
      this.names = await names;
      this.names.areas.forEach((row, index) => this.areas.set(row[0], { row, index }));
      this.addHromadas(await hromadas);
      if (this.note.textContent === this.words.loading) this.say("");
      this.addLines(...await outlines);
      this.prepareLabels(await hromadas, ...await outlines);
    }

    addHromadas(geojson) {
      this.hromadas?.remove();
      this.hromadas = L.geoJSON(geojson, {
        renderer: this.canvas,
        smoothFactor: 0.6,
        style: (feature) => this.areaStyle(codeOf(feature)),
        onEachFeature: (feature, layer) => {
          const area = this.areas.get(codeOf(feature));
          if (area) Object.assign(area, { layer });
          layer.code = codeOf(feature);
        },
      });
      this.hromadas.on("mousemove", (event) => this.hover(event.propagatedFrom ?? event.layer, event.latlng));
      this.hromadas.on("mouseout", () => this.unhover());
      this.hromadas.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        this.click(event.latlng, event.propagatedFrom ?? event.layer);
      });
      this.hromadas.addTo(this.map).bringToBack();
    }

    addLines(raions, oblasts) {
      const lines = (geojson) => L.geoJSON(geojson, { renderer: this.canvas, interactive: false, smoothFactor: 0.6, style: { fill: false } }).addTo(this.map);
      this.raionLines?.remove();
      this.oblastLines?.remove();
      this.raionLines = lines(raions);
      this.oblastLines = lines(oblasts);
      this.restyleForZoom();
    }

    /** Finer outlines, fetched once, the first time somebody looks closely. */
    async loadDetail() {
      if (this.detailAsked) return;
      this.detailAsked = true;
      const { hromadas, raions, oblasts } = this.furniture.detailedGeometry;
      try {
        const layers = await Promise.all([hromadas, raions, oblasts].map((url) => fetchJson(url)));
        this.unhover();
        this.addHromadas(layers[0]);
        this.addLines(layers[1], layers[2]);
        this.selectShown();
        this.announce();
      } catch (error) {
        console.warn(error); // the coarse outlines stay
      }
    }

    // --- colours --------------------------------------------------------------------------------------------

    /** What the digits of the view mean: bands of its own, or the states of coverage. */
    get kinds() {
      return this.state?.bands ?? this.furniture.states;
    }

    fillOf({ colour, hatch }) {
      const key = `${colour}${hatch}`;
      if (!this.fills.has(key)) this.fills.set(key, hatch ? hatched({ colour, hatch }) : colour);
      return this.fills.get(key);
    }

    digitOf(code) {
      const area = this.areas.get(code);
      return this.state?.states && area ? this.state.states[area.index] : NOT_ASKED;
    }

    areaStyle(code) {
      const digit = this.digitOf(code);
      return {
        fillColor: digit === NOT_ASKED ? this.furniture.land : this.fillOf(this.kinds[digit]),
        fillOpacity: this.hasTiles ? (digit === NOT_ASKED ? 0 : 0.7) : 1,
        color: this.furniture.lines.hromada,
        ...this.hromadaLine(),
      };
    }

    /** Recolour what changed; the canvas redraws once for all of it. */
    paint() {
      for (const [code, area] of this.areas) {
        const digit = this.digitOf(code);
        const fill = digit === NOT_ASKED ? null : this.fillOf(this.kinds[digit]);
        if (area.layer && area.fill !== fill) area.layer.setStyle(this.areaStyle(code));
        area.fill = fill;
      }
      this.selectShown();
    }

    repaint() {
      this.hromadas?.setStyle((feature) => this.areaStyle(codeOf(feature)));
    }

    hromadaLine() {
      const zoom = this.map.getZoom();
      return zoom < 7 ? { weight: 0.4, opacity: 0.4 } : { weight: zoom < 9 ? 0.8 : 1.2, opacity: 0.6 };
    }

    /** Far away the oblasts lead; close by the hromadas do. */
    restyleForZoom() {
      const zoom = this.map.getZoom();
      const { raion, oblast } = this.furniture.lines;
      this.raionLines?.setStyle({ color: raion, opacity: zoom < 7 ? 0.45 : 0.8, weight: zoom < 7 ? 0.6 : 1.3 });
      this.oblastLines?.setStyle({ color: oblast, opacity: 0.85, weight: zoom < 7 ? 1.3 : 2 });
      const line = this.hromadaLine();
      if (this.styledWeight !== line.weight) {
        this.styledWeight = line.weight;
        this.hromadas?.setStyle(line);
      }
      if (zoom >= DETAIL_ZOOM) this.loadDetail();
    }

    /** What is not on the map is not in the legend. */
    showLegend() {
      const { counts, pointsUrl } = this.state;
      this.legend.hidden = !counts && !pointsUrl;
      this.stateList.hidden = !counts;
      if (!pointsUrl) this.pointList.hidden = true;
      const entry = (kind, i) => make("li", "", "", swatch(kind), make("span", "", kind.label), make("b", "", String(counts[i])));
      this.stateList.replaceChildren(...(counts ? this.kinds.map(entry).filter((_, i) => counts[i]) : []));
    }

    // --- hover and selection --------------------------------------------------------------------------------

    hover(layer, latlng) {
      const at = this.map.latLngToContainerPoint(latlng);
      if (this.points.near(at, 0).length) { this.unhover(); return; }
      if (this.hoveredCode !== layer.code) {
        this.hoveredCode = layer.code;
        this.hovered.setLatLngs(layer.getLatLngs());
        this.tip.setContent(this.tipFor(layer.code));
      }
      this.tip.options.direction = this.tipDirection(at);
      this.tip.setLatLng(latlng);
      if (!this.map.hasLayer(this.tip)) this.tip.addTo(this.map);
    }

    /** Away from the frame's edge, so that all of the tip is seen. */
    tipDirection({ x, y }) {
      const half = 140;
      if (x < half) return "right";
      if (x > this.map.getSize().x - half) return "left";
      return y < 110 ? "bottom" : "top";
    }

    unhover() {
      this.hoveredCode = null;
      this.hovered.setLatLngs([]);
      this.tip.remove();
    }

    /** Raions of Crimea and the exclusion zone are drawn too, but are nobody's hromada. */
    isHromada(code) {
      return Boolean(this.areas.get(code)?.row[6]);
    }

    tipFor(code) {
      const area = this.areas.get(code);
      if (!area) return make("div", "", code);
      const [, , name, raion, oblast, occupied] = area.row;
      const where = [this.names.raions[raion]?.[2], this.names.oblasts[oblast]?.[2]].filter(Boolean).join(", ");
      const box = make("div", "", "", make("strong", "", name));
      if (where) box.append(make("span", "where", where));
      const digit = this.digitOf(code);
      if (digit !== NOT_ASKED) box.append(make("span", "state", this.kinds[digit].label));
      if (occupied === 1) box.append(make("span", "state", this.words.partlyOccupied));
      return box;
    }

    select(code) {
      this.selected.setLatLngs(this.areas.get(code)?.layer?.getLatLngs() ?? []);
    }

    selectShown() {
      this.select(this.state?.selected ?? null);
    }

    /** Say with the cursor that a dot can be clicked; over a hromada the cursor says so anyway. */
    pointTo(at) {
      this.map.getContainer().style.cursor = this.points.near(at, 0).length ? "pointer" : "";
    }

    /** Dots lie above hromadas, and hromadas above nothing. */
    click(latlng, layer) {
      const near = this.points.near(this.map.latLngToContainerPoint(latlng), NEAR_PX);
      if (near.length) {
        this.unhover();
        this.openPoints(near);
        this.report({ lat: near[0].lat, lng: near[0].lon }, near[0].hromada, near[0].id);
        return;
      }
      const hromada = layer && this.isHromada(layer.code) ? layer.code : null;
      this.select(hromada);
      if (layer) this.hover(layer, latlng);
      else this.unhover();
      this.report(latlng, hromada, null);
    }

    report({ lat, lng }, hromada, pointId) {
      this.onClick({ lon: lng, lat, hromada, point_id: pointId });
    }

    // --- service points -------------------------------------------------------------------------------------

    async loadPoints(url) {
      this.pointsAsked?.abort();
      this.pointsAsked = new AbortController();
      if (!url) { this.points.show([]); return; }
      try {
        const { fields, rows } = await fetchJson(url, this.pointsAsked.signal);
        const named = rows.map((row) => Object.fromEntries(fields.map((field, i) => [field, row[i]])));
        const grouped = named.map((row) => ({ ...row, group: this.furniture.kinds[row.kind].group }));
        this.points.show(grouped);
        const present = new Set(grouped.map(({ group }) => group));
        for (const [group, entry] of this.groupEntries) entry.hidden = !present.has(group);
        this.pointList.hidden = !present.size;
      } catch (error) {
        if (error.name === "AbortError") return;
        this.points.show([]);
        this.say(this.words.pointsFailed, error);
      }
    }

    /** Several providers often share a house, or a settlement's centre: one popup lists them all. */
    openPoints(rows) {
      this.popup([rows[0].lat, rows[0].lon], rows.slice(0, MAX_IN_POPUP).map((row) => ({
        ...row, kind: this.furniture.kinds[row.kind].label, isDemo: row.is_demo,
      })));
    }

    popup(latlng, found) {
      const box = make("div", "map-popup", "", ...found.map((point) => card(point, this.words)));
      L.popup({ maxWidth: 280, minWidth: 180, offset: [0, 2] }).setLatLng(latlng).setContent(box).openOn(this.map);
    }

    showResults() {
      this.results.clearLayers();
      const { origin, results, chosen, route } = this.state;
      if (route.length) {
        for (const [className, weight] of [["map-route-edge", 7], ["map-route", 4]]) {
          L.polyline(route, { className, weight, pane: "hover", renderer: this.svg, interactive: false }).addTo(this.results);
        }
      }
      for (const result of results) {
        const icon = L.divIcon({ className: result.id === chosen ? "map-result map-result-chosen" : "map-result", html: make("span", "", String(result.number)), iconSize: [26, 26] });
        L.marker(result.at, { icon, title: `${result.number}. ${result.name}`, riseOnHover: true, zIndexOffset: -result.number })
          .on("click", () => {
            this.popup(result.at, [result]);
            this.report(L.latLng(result.at), result.hromada, result.id);
          })
          .addTo(this.results);
      }
      if (origin) {
        L.marker(origin, { icon: L.divIcon({ className: "map-origin", iconSize: [24, 24] }), title: this.words.origin, alt: this.words.origin, interactive: false, keyboard: false })
          .addTo(this.results);
      }
    }

    // --- view and labels ------------------------------------------------------------------------------------

    /** Show all of `bounds`, moved up and right as far as there is room, out from under the open legend. */
    fit() {
      const { map, legend } = this;
      const frame = map.getSize();
      this.isFitted = Boolean(frame.x && frame.y && this.state);
      if (!this.isFitted) return;
      const bounds = L.latLngBounds(this.state.bounds);
      const margin = this.state.results.length ? 28 : 8; // a numbered marker is wider than its place
      const zoom = Math.min(map.getBoundsZoom(bounds, false, L.point(2 * margin, 2 * margin)), MAX_FIT_ZOOM);
      const [southWest, northEast] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.project(corner, zoom));
      const room = L.point(frame.x - (northEast.x - southWest.x), frame.y - (southWest.y - northEast.y)).divideBy(2);
      const shift = legend.open && !legend.hidden
        ? L.point(Math.min(room.x - margin, legend.offsetWidth / 2), Math.min(room.y - margin, legend.offsetHeight / 2))
        : L.point(0, 0);
      const centre = southWest.add(northEast).divideBy(2).add([-shift.x, shift.y]);
      map.setView(map.unproject(centre, zoom), zoom, { animate: false });
    }

    prepareLabels(hromadas, raions, oblasts) {
      const short = { oblasts: new Map(this.names.oblasts), raions: new Map(this.names.raions), hromadas: new Map(this.names.areas) };
      const prepared = (level, geojson) => geojson.features
        .map((feature) => ({ text: short[level].get(codeOf(feature)), ...centreOf(feature.geometry) }))
        .filter(({ text, at }) => text && at)
        .sort((a, b) => b.area - a.area);
      this.labels = { oblasts: prepared("oblasts", oblasts), raions: prepared("raions", raions), hromadas: prepared("hromadas", hromadas) };
      this.labelLayer = L.layerGroup().addTo(this.map);
      this.placeLabels();
    }

    /** Names for the present zoom, largest areas first, none over another. */
    placeLabels() {
      if (!this.labels) return;
      this.labelLayer.clearLayers();
      const zoom = this.map.getZoom();
      if (zoom < LABEL_ZOOM || this.hasTiles) return;
      const level = zoom < 8 ? "oblasts" : zoom < 10 ? "raions" : "hromadas";
      const view = this.map.getBounds().pad(0.1);
      const taken = [];
      for (const { text, at } of this.labels[level]) {
        if (!view.contains(at)) continue;
        const { x, y } = this.map.latLngToLayerPoint(at);
        const half = { x: text.length * 3.6 + 4, y: 9 };
        if (taken.some((box) => Math.abs(box.x - x) < box.half.x + half.x && Math.abs(box.y - y) < box.half.y + half.y)) continue;
        taken.push({ x, y, half });
        const icon = L.divIcon({ className: `map-label map-label-${level}`, html: make("span", "", text), iconSize: [0, 0] });
        L.marker(at, { icon, pane: "labels", interactive: false, keyboard: false }).addTo(this.labelLayer);
      }
    }

    /** Count finished drawings where a test, or a script that takes pictures, can see them. */
    announce() {
      requestAnimationFrame(() => requestAnimationFrame(() => {
        this.drawn += 1;
        this.map.getContainer().dataset.drawn = this.drawn;
      }));
    }
  }

  let clicks = 0;
  /** In the app a click becomes the component's value; the serial number makes equal clicks differ. */
  const tellStreamlit = (click) => window.Streamlit?.setComponentValue({ ...click, serial: `${Date.now()}-${clicks += 1}` });

  window.HromadaMap = HromadaMap;
})();

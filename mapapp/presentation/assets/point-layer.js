/* Draws many service points as dots on one canvas of their own, above the hromadas, and finds those under a click.
 *
 * Twenty thousand Leaflet markers take seconds; stamping a small picture per group takes milliseconds.
 */
(() => {
  "use strict";

  const RING_PX = 1.5;

  /** A dot with a light ring, drawn once and stamped many times. */
  const stamp = (colour, radius, scale) => {
    const ring = Math.min(RING_PX, radius / 2);
    const picture = document.createElement("canvas");
    picture.width = picture.height = Math.ceil(2 * (radius + ring) * scale);
    const pen = picture.getContext("2d");
    const middle = picture.width / 2;
    for (const [fill, size] of [["#fff", radius + ring], [colour, radius]]) {
      pen.fillStyle = fill;
      pen.beginPath();
      pen.arc(middle, middle, size * scale, 0, 2 * Math.PI);
      pen.fill();
    }
    return picture;
  };

  window.PointLayer = L.Layer.extend({
    /** @param colours a colour per group */
    initialize(colours, options) {
      L.setOptions(this, options);
      this.colours = colours;
      this.points = [];
    },

    onAdd() {
      // Hidden while a zoom is animated: the picture is drawn anew at its end.
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", this.getPane());
      this.draw();
    },

    onRemove() {
      this.canvas.remove();
    },

    getEvents() {
      return { moveend: this.draw, resize: this.draw };
    },

    /** Show these rows, each with `lon`, `lat` and `group`, in the place of those before. */
    show(rows) {
      this.points = rows.map((row) => ({ row, ...L.CRS.EPSG3857.latLngToPoint(L.latLng(row.lat, row.lon), 0) }));
      this.draw();
    },

    /** The rows closer to a place of the map's frame than so many pixels, nearest first. */
    near(at, tolerance) {
      const reach = this.radius() + tolerance;
      const { scale, corner } = this.frame();
      const found = [];
      // Asked at every move of the mouse: no more than two subtractions for a point that is far away.
      for (const { row, x, y } of this.points) {
        const right = x * scale - corner.x - at.x, down = y * scale - corner.y - at.y;
        if (Math.abs(right) > reach || Math.abs(down) > reach) continue;
        const distance = Math.hypot(right, down);
        if (distance <= reach) found.push({ row, distance });
      }
      return found.sort((a, b) => a.distance - b.distance).map(({ row }) => row);
    },

    radius() {
      const zoom = this._map.getZoom();
      return zoom < 5.5 ? 1.6 : zoom < 7 ? 2.8 : zoom < 9 ? 4.5 : 6;
    },

    /** From world pixels at zoom 0 to the pixels of the frame: x * scale - corner.x. */
    frame() {
      const corner = this._map.getPixelBounds().min;
      return { scale: 2 ** this._map.getZoom(), corner };
    },

    draw() {
      const { canvas, _map: map } = this;
      const size = map.getSize();
      const margin = size.multiplyBy(0.15).round(); // so that a drag does not uncover an empty edge at once
      const width = size.x + 2 * margin.x, height = size.y + 2 * margin.y;
      const density = window.devicePixelRatio || 1;
      canvas.width = width * density;
      canvas.height = height * density;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
      const radius = this.radius();
      const stamps = Object.fromEntries(Object.entries(this.colours).map(([group, colour]) => [group, stamp(colour, radius, density)]));
      const pen = canvas.getContext("2d");
      const { scale, corner } = this.frame();
      for (const { row, x, y } of this.points) {
        const left = x * scale - corner.x + margin.x, top = y * scale - corner.y + margin.y;
        if (left < -radius || top < -radius || left > width + radius || top > height + radius) continue;
        const picture = stamps[row.group];
        pen.drawImage(picture, left * density - picture.width / 2, top * density - picture.height / 2);
      }
    },
  });
})();

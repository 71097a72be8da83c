"use strict";
// Colours, numbers and axes of charts, as the report and the live page draw them.
const tecmnsPlot = (() => {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  // A page may say its theme; without one it is the system's.
  const dark = () => {
    const said = document.documentElement.dataset.theme;
    return said ? said === "dark" : system.matches;
  };
  const light = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
  const night = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#FFFFFF"];
  const dashes = [null, [8, 4], [2, 4], [8, 4, 2, 4]];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Dark to light, for more lines than the palette has colours.
  const scale = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];
  const channels = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  const color = (i, of = 1) => {
    const palette = dark() ? night : light;
    if (of <= palette.length) return palette[i % palette.length];
    // The ends of the scale are too near to the grounds.
    const share = dark() ? 0.25 + (0.75 * i) / (of - 1) : (0.85 * i) / (of - 1);
    const at = share * (scale.length - 1);
    const [a, b] = [Math.floor(at), Math.min(Math.floor(at) + 1, scale.length - 1)].map((k) => channels(scale[k]));
    const mixed = a.map((v, k) => Math.round(v + (b[k] - v) * (at - Math.floor(at))));
    return "#" + mixed.map((v) => v.toString(16).padStart(2, "0")).join("");
  };
  const faded = (hex, alpha) => hex + Math.round(alpha * 255).toString(16).padStart(2, "0");
  const element = (tag, text, className) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (className) e.className = className;
    return e;
  };
  const withUnit = (name, unit) => (unit && unit !== "1" ? `${name} [${unit}]` : name);

  const number = (v) => {
    if (v === null || v === undefined) return "";
    const size = Math.abs(v);
    if (v === 0) return "0";
    if (size >= 1e9 || size < 1e-4) return v.toExponential(4).replace(/\.?0+e/, "e").replace("e+", "e");
    return size >= 1e5 ? String(Math.round(v)) : String(Number(v.toPrecision(6)));
  };
  const tick = (v) => {
    if (v === null) return "";
    const size = Math.abs(v);
    for (const [from, scale, suffix] of [[1e12, 1e12, "T"], [1e9, 1e9, "G"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]]) {
      if (size >= from && size < 1e15) return Number((v / scale).toPrecision(5)) + suffix;
    }
    return number(v);
  };

  const axes = (x, y, small = false) => {
    const size = small ? 12 : 13;
    const axis = { stroke: css("--text"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 }, font: `${size}px system-ui, sans-serif`, labelFont: `${size + 1}px system-ui, sans-serif`, labelSize: 24 };
    return [{ ...axis, label: x }, { ...axis, label: y, size: 64, values: (_, ticks) => ticks.map(tick) }];
  };
  return { system, dark, dashes, css, color, faded, element, withUnit, number, tick, axes };
})();

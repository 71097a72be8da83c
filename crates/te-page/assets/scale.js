// From a slider's places to a parameter's values and back: evenly, by powers of ten, or one by one.

const PLACES = 1000;
// A range this many times the value at hand is what is allowed, not what is usual: the slider ends sooner.
const FAR = 30;
const REACH = 10;
// A slider that spans less than this is even all the same.
const DECADES = 100;
const NEGLIGIBLE = 1e-9;

const round = (v, digits) => Number(v.toPrecision(digits));

// The number of one digit that is not below.
const up = (v) => { const unit = 10 ** Math.floor(Math.log10(v)); return round(Math.ceil(v / unit - 1e-9) * unit, 2); };

// The ends of a slider: the usual values, else the allowed ones, else around the value at hand.
export const ends = (p) => {
  const [value, usual] = [p.value, p.default].map((v) => (typeof v === "number" ? v : 0));
  const size = Math.max(Math.abs(value), Math.abs(usual)) || 1;
  let low = p.soft?.[0] ?? p.lower?.value ?? (value < 0 ? -REACH * size : 0);
  let high = p.soft?.[1] ?? p.upper?.value ?? REACH * size;
  // The smallest number above zero is no end either.
  if (low > 0 && low < high * NEGLIGIBLE) low = 0;
  if (!p.logarithmic || low <= 0) {
    if (high === p.upper?.value && high > FAR * size && value !== 0) high = up(REACH * size);
    if (low === p.lower?.value && low < -FAR * size && value !== 0) low = -up(REACH * size);
  }
  // A bound that is not allowed itself is no place for a slider to stand on.
  if (p.lower?.open && low <= p.lower.value && !(p.logarithmic && low > 0)) low = p.lower.value + (high - p.lower.value) / PLACES;
  if (p.upper?.open && high >= p.upper.value) high = p.upper.value - (p.upper.value - low) / PLACES;
  return [low, high];
};

// `value(place)` and `place(value)` of a slider with `min`, `max` and `step`.
export const scale = (p) => {
  const [low, high] = ends(p);
  const whole = p.type === "integer";
  if (whole && high - low <= PLACES) {
    return { min: Math.ceil(low), max: Math.floor(high), step: 1, value: (place) => place, place: (v) => v, low: Math.ceil(low), high: Math.floor(high) };
  }
  const between = (f) => (place) => {
    const v = place <= 0 ? low : place >= PLACES ? high : f(place / PLACES);
    return whole ? Math.round(v) : v;
  };
  if (p.logarithmic && low > 0 && high / low >= DECADES) {
    const span = Math.log10(high / low);
    return { min: 0, max: PLACES, step: 5, value: between((s) => round(low * 10 ** (span * s), 3)), place: (v) => (v <= low ? 0 : (PLACES * Math.log10(v / low)) / span), low, high };
  }
  // So many decimals that neighbouring places differ, and no more.
  const decimals = Math.min(100, Math.max(0, 3 - Math.floor(Math.log10(high - low || 1))));
  return { min: 0, max: PLACES, step: 5, value: between((s) => Number((low + (high - low) * s).toFixed(decimals))), place: (v) => (PLACES * (v - low)) / (high - low || 1), low, high };
};

// Where a sweep begins and ends at first: all of the slider.
export const span = (p) => {
  const { low, high } = scale(p);
  return [low, high];
};

// What is allowed, in words.
export const allowed = (p) => {
  const { lower, upper } = p;
  const parts = [];
  if (typeof lower?.value === "number") parts.push(`${lower.open ? "above" : "from"} ${lower.value}`);
  if (typeof upper?.value === "number") parts.push(`${upper.open ? "below" : "to"} ${upper.value}`);
  return parts.join(" ");
};

// From a slider's places to a parameter's values and back: evenly, by powers, or in steps.

const PLACES = 1000;

const round = (v, digits) => Number(v.toPrecision(digits));

// The ends of a slider: the usual values, else the allowed ones, else around the value at hand.
export const ends = (p) => {
  const around = typeof p.default === "number" ? p.default : typeof p.value === "number" ? p.value : 0;
  const size = Math.abs(typeof p.value === "number" ? p.value : around) || Math.abs(around) || 1;
  const soft = p.soft || [];
  const near = (v) => (typeof v === "number" && Math.abs(v) <= Math.max(100 * size, 1) ? v : undefined);
  let low = soft[0] ?? near(p.lower?.value);
  let high = soft[1] ?? near(p.upper?.value);
  low ??= around < 0 ? -4 * size : typeof p.lower?.value === "number" ? Math.max(p.lower.value, 0) : 0;
  high ??= Math.max(4 * size, low + size);
  // A bound that is not allowed itself is no place for a slider to stand on.
  if (p.lower?.open && low <= p.lower.value) low = p.lower.value + (high - p.lower.value) / PLACES;
  if (p.upper?.open && high >= p.upper.value) high = p.upper.value - (p.upper.value - low) / PLACES;
  return [low, high];
};

export const scale = (p) => {
  const [low, high] = ends(p);
  const whole = p.type === "integer";
  if (whole && high - low <= PLACES) {
    return { min: Math.ceil(low), max: Math.floor(high), step: 1, value: (place) => place, place: (v) => v, low, high };
  }
  if (p.logarithmic && low > 0) {
    const span = Math.log10(high / low);
    const value = (place) => {
      if (place <= 0) return low;
      if (place >= PLACES) return high;
      const v = low * 10 ** ((span * place) / PLACES);
      return whole ? Math.round(v) : round(v, 3);
    };
    return { min: 0, max: PLACES, step: 1, value, place: (v) => (v <= low ? 0 : (PLACES * Math.log10(v / low)) / span), low, high };
  }
  if (p.step && (high - low) / p.step <= 100 * PLACES) {
    // Counted from zero, so that the values are short.
    const digits = Math.max(0, Math.ceil(-Math.log10(p.step)) + 2);
    const value = (place) => { const v = Number((place * p.step).toFixed(digits)); return v < low ? low : v > high ? high : whole ? Math.round(v) : v; };
    return { min: Math.floor(low / p.step), max: Math.ceil(high / p.step), step: 1, value, place: (v) => v / p.step, low, high };
  }
  const digits = Math.max(0, 3 - Math.floor(Math.log10(high - low || 1)));
  const value = (place) => {
    if (place <= 0) return low;
    if (place >= PLACES) return high;
    const v = low + ((high - low) * place) / PLACES;
    return whole ? Math.round(v) : Number(v.toFixed(Math.min(digits, 100)));
  };
  return { min: 0, max: PLACES, step: 5, value, place: (v) => (PLACES * (v - low)) / (high - low || 1), low, high };
};

// What is allowed, in words.
export const allowed = (p) => {
  const { lower, upper } = p;
  const parts = [];
  if (typeof lower?.value === "number") parts.push(`${lower.open ? "above" : "from"} ${lower.value}`);
  if (typeof upper?.value === "number") parts.push(`${upper.open ? "below" : "to"} ${upper.value}`);
  return parts.join(" ");
};

// The rules of forms in the browser: npm feelin with the values of a form. Built into static/build/feel.mjs, fetched only
// by form pages that have rules, and by the test that compares it with the engine of the server.
import { evaluate } from "feelin";

const moments = new Map();

// A date or time as feelin knows it, made once per text.
function moment(kind, text) {
  const expression = kind + '("' + text + '")';
  if (!moments.has(expression)) { moments.set(expression, evaluate(expression).value); }
  return moments.get(expression);
}

// A plain value (of a control, or sent by the server) as FEEL sees it.
export function typed(value, kind) {
  if (value === null || value === undefined) { return null; }
  if (kind.startsWith("list of ")) { return value.map((item) => typed(item, kind.slice(8))); }
  return (kind === "date" || kind === "time") && /^[0-9:T-]+$/.test(value) ? moment(kind, value) : value;
}

// A result as plain value; dates and times as ISO text.
function plain(value) {
  if (value === undefined) { return null; }
  if (Array.isArray(value)) { return value.map(plain); }
  return value !== null && typeof value === "object" ? String(value) : value;
}

// The value of an expression. `given` maps names to [value, kind]; "parameter.x" becomes the context `parameter`.
export function run(expression, given) {
  const context = {};
  for (const [name, [value, kind]] of Object.entries(given)) {
    const [first, member] = name.split(".");
    if (member === undefined) { context[first] = typed(value, kind); } else { (context[first] ??= {})[member] = typed(value, kind); }
  }
  return plain(evaluate(expression, context).value);
}

// Half up, as the server rounds; binary dust beyond 15 digits (of amounts: beyond 9 places) is wiped off first.
export function rounded(number, places) {
  const clean = Number((places < 9 ? Number(number.toFixed(9)) : number).toPrecision(15));
  const sign = clean < 0 ? -1 : 1;
  const shifted = Number(Math.abs(clean).toExponential().replace(/e(.*)$/, (_, power) => "e" + (Number(power) + places)));
  return sign * Number(Math.floor(shifted + 0.5).toExponential().replace(/e(.*)$/, (_, power) => "e" + (Number(power) - places)));
}

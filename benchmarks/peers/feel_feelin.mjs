// Runs FEEL through npm feelin: reads a job from stdin, writes the result as JSON (see benchmarks/bench_feel.py).
import { pathToFileURL } from 'node:url';

const module = process.argv[2] + '/node_modules/feelin/dist/index.js';
const { evaluate } = await import(pathToFileURL(module).href);

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const job = JSON.parse(Buffer.concat(chunks).toString('utf8'));

function plain(value, depth = 0) {
  if (value === undefined || typeof value === 'function') return null;
  if (value === null || typeof value !== 'object' || depth > 20) return value;
  if (Array.isArray(value)) return value.map((entry) => plain(entry, depth + 1));
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry, depth + 1)]));
  }
  return String(value.toISO ? value.toISO() : value.toString());
}

function attempt(text, context) {
  try {
    return plain(evaluate(text, context).value);
  } catch {
    return null;
  }
}

if (job.kind === 'kit') {
  process.stdout.write(JSON.stringify(job.texts.map((text) => attempt(text, {}))));
} else {
  let hits = 0;
  let seconds = Infinity;
  for (let round = 0; round < job.rounds; round++) {
    const start = process.cpuUsage();
    for (const context of job.contexts) {
      for (const rule of job.rules) {
        if (evaluate(rule, context).value === true) {
          hits++;
          break;
        }
      }
    }
    const used = process.cpuUsage(start);
    seconds = Math.min(seconds, (used.user + used.system) / 1e6);
  }
  process.stdout.write(JSON.stringify({ seconds, hits }));
}

// Evaluates a batch with the module that form pages load: [[expression, {name: [value, kind]}, places], …] from stdin.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { run, rounded } = await import(pathToFileURL(process.argv[2]).href);
const answers = JSON.parse(readFileSync(0, "utf8")).map(([expression, given, places]) => {
  try {
    const value = run(expression, given);
    return typeof value === "number" ? { number: String(rounded(value, places)) } : { value };
  } catch (error) {
    return { error: String(error) };
  }
});
process.stdout.write(JSON.stringify(answers));

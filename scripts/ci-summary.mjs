// Prints `N passed, N failed` from vitest's JSON report and the names of the parts that failed; exits 1 unless none did.
import { readFileSync } from 'node:fs';

const [file, ...failedParts] = process.argv.slice(2);

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the tests did not get as far as a report, and their part has failed
  }
}

const report = read();
const passed = report?.numPassedTests ?? 0;
let failed = report?.numFailedTests ?? 0;
// A file that could not even be loaded has no test that failed.
failed +=
  report?.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0)
    .length ?? 0;
// The tests' own failures are counted one by one.
failed += failedParts.filter((part) => part !== 'tests').length;
if (failed === 0 && (failedParts.length > 0 || report?.success !== true)) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

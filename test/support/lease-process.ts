import { runUnderLease, type LeaseRun } from "./lease-run.ts";

// The test that starts this process is the only one that gives it an argument.
const run = JSON.parse(process.argv[2] ?? "") as LeaseRun;
const { result, outcomes, unrecorded } = await runUnderLease(run);
const statuses = outcomes.map(({ key, status, code }) => ({
  key,
  status,
  code: code ?? null,
}));
process.stdout.write(
  JSON.stringify({ result, statuses, unrecorded: unrecorded?.code ?? null }),
);

#!/usr/bin/env bash
# Checks the OpenAPI document of a running collector: no error and no warning of Redocly's recommended rules, and a TypeScript
# client made of it compiles with every strictness. Needs npm.
#
#     scripts/check_openapi.sh http://localhost:5080
set -euo pipefail
url="${1:?Write the address of the collector, such as http://localhost:5080}"
url="${url%/}/swagger/v1/swagger.json"
directory="$(mktemp -d)"
trap 'rm -rf "$directory"' EXIT
cd "$directory"
curl --fail --silent --show-error --max-time 30 --output swagger.json "$url"

npx --yes @redocly/cli@2.77.0 lint --extends recommended --format json swagger.json >lint.json 2>lint.log || { cat lint.log lint.json; exit 1; }
node -e '
  const { totals, problems } = JSON.parse(require("fs").readFileSync("lint.json", "utf8"));
  problems.forEach(problem => console.log(`${problem.severity}: ${problem.message} (${problem.ruleId})`));
  console.log(`${totals.errors} errors, ${totals.warnings} warnings`);
  process.exit(totals.errors + totals.warnings === 0 ? 0 : 1);'

npm install --silent --no-save --no-audit --no-fund openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3
npx openapi-typescript swagger.json --output api.d.ts
cat >client.ts <<'CLIENT'
import createClient from "openapi-fetch";
import type { paths } from "./api";

// The same answers come as CSV and NDJSON to who asks for them.
type Json = "application/json" | "application/problem+json";
const client = createClient<paths, Json>({ baseUrl: "http://localhost:5080" });
const latest = await client.GET("/api/v1/snapshots/latest", { params: { query: { metric: "database", label: ["datname:shop"] } } });
for (const snapshot of latest.data?.items ?? []) {
  const values: (number | null | undefined)[] = snapshot.rows.map(row => row.values["xact_commit"]);
  console.log(snapshot.target, snapshot.collectedAt, values);
}

if (latest.error) {
  console.log(latest.error.title);
}

const range = await client.GET("/api/v1/query", { params: { query: { metric: "database", field: ["xact_commit"] } } });
for (const [time, value] of range.data?.series.flatMap(series => series.points) ?? []) {
  console.log(time, value);
}

const collected = await client.POST("/api/v1/collections", { body: { metrics: ["checkpointer"], dryRun: true } });
console.log(collected.data?.items);
CLIENT
npx tsc --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --noEmit --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom api.d.ts client.ts
echo "The client compiles."

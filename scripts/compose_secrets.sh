#!/usr/bin/env bash
# Makes the secrets that compose.yaml mounts, in secrets/: a password of the servers, the same as a passfile, and an API key. Keeps those that exist.
set -euo pipefail
cd "$(dirname "$0")/.."

# Others on this machine cannot enter the directory; the users inside the containers read the files.
mkdir -p secrets
chmod 700 secrets
[ -s secrets/postgres_password ] || openssl rand -hex 24 > secrets/postgres_password
[ -s secrets/pgpass ] || echo "*:*:*:*:$(cat secrets/postgres_password)" > secrets/pgpass
[ -s secrets/api_key ] || openssl rand -base64 32 > secrets/api_key
chmod 644 secrets/*
echo "The API key is in secrets/api_key."

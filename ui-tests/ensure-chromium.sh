#!/bin/sh
# The browser tests drive the system's Chromium; on Debian, as root, install it when missing.
set -eu
browser=${CHROMIUM_PATH:-/usr/bin/chromium}
[ -x "$browser" ] && exit 0
if [ -z "${CHROMIUM_PATH:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -y -q --no-install-recommends chromium
  exit 0
fi
echo "The browser tests need Chromium: $browser was not found." >&2
echo "Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome." >&2
exit 1

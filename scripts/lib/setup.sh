# shellcheck shell=bash
# Sourced by the scripts: finds or installs what Mitoyen needs, saying what and why
# before it does. Leaves pnpm on PATH and the workspace installed.
say() { printf '\033[1mmitoyen\033[0m %s\n' "$*" >&2; }
die() { printf 'mitoyen: %s\n' "$*" >&2; exit 1; }

PNPM_VERSION=$(sed -n 's/.*"packageManager": "pnpm@\([^"]*\)".*/\1/p' package.json)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else return 127
  fi
}

need_apt() { # need_apt COMMAND PACKAGE WHY
  command -v "$1" >/dev/null 2>&1 || install_apt "$2" "$3"
}

install_apt() { # install_apt PACKAGE WHY
  local package=$1 why=$2
  if ! command -v apt-get >/dev/null 2>&1; then
    die "please install $package ($why), then run this again: it is not on the PATH and this system has no apt-get."
  fi
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
    die "please ask an administrator to run 'apt-get install $package' ($why): neither root nor sudo is at hand."
  fi
  say "installing $package from Debian's packages: $why"
  as_root apt-get update -qq || die "apt-get update failed; check the network and run this again."
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null \
    || die "could not install $package by apt-get; install it by hand and run this again."
}

command -v node >/dev/null 2>&1 || die "please install Node.js 20 or newer (Debian: apt-get install nodejs npm), then run this again."
command -v npm >/dev/null 2>&1 || die "please install npm (Debian: apt-get install npm), then run this again."
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node.js 20 or newer is needed to set up; this is $(node -v)."

if ! command -v redis-server >/dev/null 2>&1 && ! command -v valkey-server >/dev/null 2>&1; then
  need_apt redis-server redis-server "the job queue; Mitoyen starts a private one of its own"
fi

if [ -n "${SETUP_FOR_TESTS:-}" ]; then
  need_apt toot toot "a Mastodon client that the tests sign in with"
  /usr/bin/python3 -c 'import mastodon' 2>/dev/null \
    || install_apt python3-mastodon "a library of Mastodon clients that the tests use"
  need_apt chromium chromium "the browser that the web client is tested in"
  need_apt ffmpeg ffmpeg "what videos and sound are made with"
fi

# pnpm of the very version that the lock file was made with, kept beside the project.
TOOLS=$PWD/.tools
if [ "$("$TOOLS/node_modules/.bin/pnpm" --version 2>/dev/null || true)" != "$PNPM_VERSION" ]; then
  say "installing pnpm $PNPM_VERSION through npm: it installs the packages that the lock file names"
  npm install --prefix "$TOOLS" --no-audit --no-fund --loglevel=error --fetch-retry-maxtimeout=5000 --fetch-retry-mintimeout=1000 "pnpm@$PNPM_VERSION" >/dev/null 2>"$TOOLS.log" \
    || { cat "$TOOLS.log" >&2; die "could not install pnpm through npm; see the lines above."; }
  rm -f "$TOOLS.log"
fi
export PATH="$TOOLS/node_modules/.bin:$PATH"

STAMP=node_modules/.mitoyen-installed
if [ ! -f "$STAMP" ] || ! cmp -s pnpm-lock.yaml "$STAMP"; then
  say "installing packages and Node 26 (once; about a minute)"
  # Errors alone: what it warns about is the system's Node, which only sets up and never runs the server.
  pnpm install --frozen-lockfile --reporter=append-only --loglevel=error >&2 || die "pnpm install failed; see the lines above."
  cp pnpm-lock.yaml "$STAMP"
fi
# The pinned Node itself, so that Ctrl-C reaches the server and nothing in between.
NODE=$PWD/node_modules/node/bin/node
[ -x "$NODE" ] || NODE=$(pnpm exec which node)
# A young generation that is large enough for bursts, and an old one that is tidied before it has
# grown by more than so many percent: by itself it would grow to four times what is in use.
NODE_FLAGS=(--max-semi-space-size=32 --heap-growing-percent=60)
case "$("$NODE" -p process.versions.node 2>/dev/null)" in
  2[4-9].*|[3-9][0-9].*) ;;
  *) die "the pinned Node (package 'node') is not in place; remove node_modules and run this again." ;;
esac
# Compiled modules are kept: a start neither strips types nor loads what strips them.
export NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/mitoyen-compiled}
# The web client is static files, built once and again only after its sources changed.
"$NODE" packages/web/build/build.ts >/dev/null || die "could not build the web client; see the lines above."
# So is the server: a few files rather than two thousand modules. Without them it runs from its sources.
SERVER=$("$NODE" packages/server/build/build.ts) || SERVER=packages/server/src/cli.ts

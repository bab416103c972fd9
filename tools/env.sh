# Sourced by ./ssc and ./test with $root set to this checkout. Everything it prints goes to stderr.
# prepare_node and prepare_pnpm make sure that a Node.js >= 24.11 and a pnpm 12 stand first in PATH. What the machine
# lacks comes from the npm registry, pinned by the lockfiles in tools/node and tools/pnpm.

found_path=$PATH # npm reads a machine-wide npmrc beside the node it runs on, so npm always runs with the PATH as found
lock_file=$root/tools/.lock
stamp=$root/node_modules/.ssc-built
build_log=$root/node_modules/.ssc-build.log

note() { printf '%s\n' "$*" >&2; }
give_up() { note "$@"; exit 1; }

# One set-up of a checkout at a time. The kernel frees the lock with its last holder, children included: a set-up that was
# killed leaves no lock behind, and one whose shell alone was killed keeps it until its npm or pnpm has ended.
lock() {
  (: >>"$lock_file") 2>/dev/null || give_up "cannot write to $root/tools: installing and building need a checkout that you may write to"
  if command -v flock >/dev/null 2>&1; then
    exec 9>>"$lock_file"
    if ! flock -n 9; then
      note 'waiting for another set-up of this checkout ...'
      flock 9
    fi
  else
    # Without flock (it is part of util-linux) a folder is the lock, and only its owner knows whether it is still alive.
    told=
    until mkdir "$lock_file.d" 2>/dev/null; do
      [ -n "$told" ] || note "waiting for another set-up of this checkout (if there is none, remove $lock_file.d) ..."
      told=yes
      sleep 1
    done
    trap 'rmdir "$lock_file.d" 2>/dev/null' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
  fi
}
unlock() {
  if command -v flock >/dev/null 2>&1; then
    exec 9>&-
  else
    rmdir "$lock_file.d"
    trap - EXIT INT TERM
  fi
}

# node --version takes 5 ms; running a line of JavaScript would take 30.
node_is_new_enough() {
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  case $major$minor in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt 24 ] || { [ "$major" -eq 24 ] && [ "$minor" -ge 11 ]; }
}
pnpm_is_12() {
  # From the root folder: inside a project, pnpm may first act on what that project asks for.
  case "$(cd / && pnpm --version 2>/dev/null </dev/null)" in 12.*) ;; *) return 1 ;; esac
}

platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo x64 ;;
    Linux-aarch64 | Linux-arm64) echo arm64 ;;
  esac
}

# fetch FOLDER FILE NAME ADVICE: installs what FOLDER's lockfile pins, running no scripts, and checks that FILE came.
fetch() {
  [ ! -x "$root/$1/node_modules/$2" ] || return 0
  PATH=$found_path command -v npm >/dev/null 2>&1 || give_up "$3 is missing, and so is npm, which would bring it: $4"
  lock
  if [ ! -x "$root/$1/node_modules/$2" ]; then
    note "bringing $3 into $1 (once) ..."
    log=$root/$1/.npm.log
    # What is fetched is an optional dependency (one for each platform), and npm ends in success when such a download
    # fails. So the file counts, not npm's exit code, and the "http" log keeps what the registry answered.
    (cd "$root/$1" && PATH=$found_path npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier \
      --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=10000 --loglevel=http) >"$log" 2>&1 </dev/null || true
    if [ ! -x "$root/$1/node_modules/$2" ]; then
      note "$3 could not be brought from the npm registry. npm said (all of it: $log):"
      npm_reasons "$log" | sed 's/^/  /' >&2
      give_up "Check npm's network, proxy and registry settings (npm ping; npm config get registry), or $4"
    fi
    rm -f "$log"
  fi
  unlock
}

# The lines of npm's log that say why, without its echo of successes and without the path of its own debug log.
npm_reasons() {
  if grep -qEi 'attempt|err|fail|cert|proxy|timeout| [45][0-9][0-9] ' "$1"; then
    grep -Ei 'attempt|err|fail|cert|proxy|timeout| [45][0-9][0-9] ' "$1" | grep -v 'complete log' | tail -n 8
  else
    tail -n 8 "$1"
  fi
}

prepare_node() {
  ! node_is_new_enough || return 0
  advice='install Node.js 24.11 or newer yourself and run this again.'
  cpu=$(platform)
  [ -n "$cpu" ] || give_up "Node.js 24.11 or newer is needed, and can be brought for 64-bit Linux only: $advice"
  fetch tools/node "node-linux-$cpu/bin/node" 'Node.js 24' "$advice"
  PATH=$root/tools/node/node_modules/node-linux-$cpu/bin:$PATH
  node_is_new_enough || give_up "Node.js 24 was brought into tools/node but does not run on this machine: $advice"
}

prepare_pnpm() {
  ! pnpm_is_12 || return 0
  advice='install pnpm 12 yourself (npm install -g pnpm@12) and run this again.'
  cpu=$(platform)
  [ -n "$cpu" ] || give_up "pnpm 12 is needed, and can be brought for 64-bit Linux only: $advice"
  fetch tools/pnpm "@pnpm/exe.linux-$cpu/pnpm" 'pnpm 12' "$advice"
  PATH=$root/tools/pnpm/node_modules/@pnpm/exe.linux-$cpu:$PATH
  pnpm_is_12 || give_up "pnpm 12 was brought into tools/pnpm but does not run on this machine: $advice"
}

# The workspace's packages as locked. --trust-lockfile leaves out asking the registry about the age of each of hundreds of
# packages, which is checked when the lockfile is made; their integrity is checked here too.
install_packages() {
  (cd "$root" && pnpm install --frozen-lockfile --trust-lockfile </dev/null)
}

# Whether a source, a manifest or a setting is newer than the last build. A folder of sources counts too: it changes when a
# file in it is removed or renamed.
needs_build() {
  [ -f "$stamp" ] && [ -f "$root/apps/ssc-cli/dist/main.js" ] || return 0
  [ -n "$(cd "$root" && find package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json tsup.shared.ts turbo.json packages apps \
    -type d \( -name node_modules -o -name dist -o -name test -o -name bench -o -name .turbo -o -name coverage \) -prune \
    -o \( -type f ! -name '*.md' -o -type d -path '*/src*' \) -newer "$stamp" -print | head -n 1)" ]
}

# Installs the packages and builds the ssc command if anything has changed since the last time; says so, and on failure says
# what went wrong.
bring_up_to_date() {
  needs_build || return 0
  prepare_pnpm
  lock
  if needs_build; then
    if [ -f "$stamp" ]; then note 'sources changed, building ...'; else note 'installing and building (once) ...'; fi
    mkdir -p "$root/node_modules"
    : >"$stamp.new" # before the build: what changes meanwhile is newer
    install_packages >"$build_log" 2>&1 || explain_failure 'installing the packages failed'
    # The command is bundled from the sources of all packages: none of them has to be built for it.
    (cd "$root/apps/ssc-cli" && pnpm run build </dev/null) >>"$build_log" 2>&1 || explain_failure 'building failed'
    mv "$stamp.new" "$stamp"
  fi
  unlock
}

explain_failure() {
  grep -vE '^\[WARN\] GET |^ *Will retry in ' "$build_log" | tail -n 30 | sed 's/^/  /' >&2
  note "$1; all that was said: $build_log"
  if grep -qE 'ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_PNPM_(META_)?FETCH|CERT|certificate|error sending request' "$build_log"; then
    note "The package registry did not answer as it should. Check npm's network, proxy and registry settings (npm ping; npm config get registry)."
  fi
  exit 1
}

export PATH TURBO_TELEMETRY_DISABLED=1

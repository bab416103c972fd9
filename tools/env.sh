# Sourced by ./ssc and ./test with $root set to this checkout.
# prepare_node and prepare_pnpm make sure that a Node.js >= 24.11 and a pnpm 12 stand first in PATH. What the machine
# lacks comes from the npm registry, pinned by the lockfiles in tools/node and tools/pnpm. Everything printed goes to stderr.

found_path=$PATH # npm reads a machine-wide npmrc beside the node it runs on, so npm always runs with the PATH as found
lock_dir=$root/tools/.lock
lock_held=

note() { printf '%s\n' "$*" >&2; }
give_up() { note "$@"; exit 1; }

# One set-up at a time. The lock is a folder; one left by a process that is gone is taken over.
lock() {
  waited=0
  until mkdir "$lock_dir" 2>/dev/null; do
    holder=$(cat "$lock_dir/pid" 2>/dev/null || echo)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      # Only one of several waiters may remove it: the rename succeeds once.
      mv "$lock_dir" "$lock_dir.$$" 2>/dev/null && rm -rf "$lock_dir.$$"
      continue
    fi
    [ -w "$root/tools" ] || give_up "cannot write to $root/tools: set-up needs a checkout that you may write to"
    if [ -z "$holder" ] && [ "$waited" -ge 10 ]; then rm -rf "$lock_dir"; fi # died between mkdir and pid
    [ "$waited" -ne 3 ] || note "waiting for another set-up of this checkout (process ${holder:-unknown}) ..."
    waited=$((waited + 1))
    sleep 1
  done
  echo $$ >"$lock_dir/pid"
  lock_held=yes
}
unlock() {
  [ -z "$lock_held" ] || rm -rf "$lock_dir"
  lock_held=
}
trap unlock EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

node_is_new_enough() {
  command -v node >/dev/null 2>&1 &&
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 24 || (a == 24 && b >= 11) ? 0 : 1)'
}
pnpm_is_12() {
  # From the root folder: inside a project, pnpm may first act on what that project asks for.
  case "$(cd / && pnpm --version 2>/dev/null)" in 12.*) ;; *) return 1 ;; esac
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
  PATH=$found_path command -v npm >/dev/null 2>&1 || give_up "$3 is missing, and so is npm, which would bring it. $4"
  lock
  if [ ! -x "$root/$1/node_modules/$2" ]; then
    note "bringing $3 into $1 (once) ..."
    log=$lock_dir/npm.log
    # What is fetched is an optional dependency (one per platform), and npm ends in success when such a download
    # failed: so its log is kept at "http" level, which names each answer of the registry.
    (cd "$root/$1" && PATH=$found_path npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier \
      --fetch-retries=2 --fetch-retry-maxtimeout=10000 --loglevel=http) >"$log" 2>&1 || true
    if [ ! -x "$root/$1/node_modules/$2" ]; then
      note "$3 could not be brought from the npm registry. npm said:"
      grep -Ei 'attempt|err|fail|cert|proxy|40[0-9]|50[0-9]' "$log" | tail -n 12 | sed 's/^/  /' >&2
      give_up "Check the network, proxy and registry settings of npm (npm ping), or: $4"
    fi
  fi
  unlock
}

prepare_node() {
  node_is_new_enough && return
  advice='Install Node.js 24.11 or newer yourself and run this again.'
  cpu=$(platform)
  [ -n "$cpu" ] || give_up "Node.js 24.11 or newer is needed, and can be brought for 64-bit Linux only. $advice"
  fetch tools/node "node-linux-$cpu/bin/node" 'Node.js 24' "$advice"
  PATH=$root/tools/node/node_modules/node-linux-$cpu/bin:$PATH
  node_is_new_enough || give_up "Node.js 24 was brought into tools/node but does not run on this machine. $advice"
}

prepare_pnpm() {
  pnpm_is_12 && return
  advice='Install pnpm 12 yourself (npm install -g pnpm@12) and run this again.'
  cpu=$(platform)
  [ -n "$cpu" ] || give_up "pnpm 12 is needed, and can be brought for 64-bit Linux only. $advice"
  fetch tools/pnpm "@pnpm/exe.linux-$cpu/pnpm" 'pnpm 12' "$advice"
  PATH=$root/tools/pnpm/node_modules/@pnpm/exe.linux-$cpu:$PATH
  pnpm_is_12 || give_up "pnpm 12 was brought into tools/pnpm but does not run on this machine. $advice"
}

# install_packages LOG: the workspace's packages as locked. The age check of --trust-lockfile's opposite asks the
# registry about each of hundreds of packages; integrity is checked either way.
install_packages() {
  (cd "$root" && pnpm install --frozen-lockfile --trust-lockfile)
}

export PATH TURBO_TELEMETRY_DISABLED=1

#!/usr/bin/env bash
# What a plan of hundreds of connections, and as many rows of one plugin, takes with a real Terraform. Needs Linux, bash 5,
# curl and a terraform (or the one in $TERRAFORM).
#
#   benches/terraform.sh [--provider PROGRAM] [COUNT...]
#
# COUNT is 300 and 1000 unless it is given. The gateway is the emulator, which takes as long as a real one does; with
# HOOP_APIURL and HOOP_APIKEY it is a real one, where connections `bench-*` are created and destroyed again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

terraform=${TERRAFORM:-terraform}
target=${CARGO_TARGET_DIR:-target}
provider=
if [[ ${1-} == --provider ]]; then
  provider=$(realpath "${2:?a program}")
  shift 2
fi
[[ $# -gt 0 ]] || set -- 300 1000

directory=$(mktemp -d)
emulator=
applied=
finish() {
  [[ -z $applied ]] || "$terraform" -chdir="$directory" destroy -auto-approve >"$directory/log" 2>&1 || tail "$directory/log"
  [[ -z $emulator ]] || kill "$emulator"
  rm -r "$directory"
}
trap finish EXIT

if [[ -z $provider ]]; then
  cargo build --quiet --release --bin terraform-provider-hoop
  provider=$(realpath "$target/release/terraform-provider-hoop")
fi
if [[ -z ${HOOP_APIURL-} ]]; then
  cargo build --quiet --release --example emulator
  mkfifo "$directory/line"
  "$target/release/examples/emulator" --delays >"$directory/line" &
  emulator=$!
  read -r line <"$directory/line"
  text() { sed -E "s/.*\"$1\":\"([^\"]*)\".*\"lerian\".*/\1/" <<<"$line"; }
  HOOP_APIURL=$(text api_url)
  HOOP_APIKEY=$(text api_key)
fi
export HOOP_APIURL HOOP_APIKEY

# Terraform starts this in place of the provider. It notes memory (kB) and CPU time of each process.
mkdir "$directory/bin" "$directory/figures"
cat >"$directory/bin/terraform-provider-hoop" <<'END'
#!/usr/bin/env bash
"$BENCH_PROVIDER" "$@" &
provider=$! peak=0
# To wait without a process.
exec 9<> <(:)
while [[ -e /proc/$provider/status ]]; do
  while read -r name value _; do
    [[ $name != VmHWM: ]] || peak=$value
  done <"/proc/$provider/status"
  read -rt 0.05 -u 9
done 2>/dev/null
wait "$provider"
code=$?
{ echo "$peak"; times; } >"$BENCH_FIGURES/$$"
exit "$code"
END
chmod +x "$directory/bin/terraform-provider-hoop"
cat >"$directory/cli.tfrc" <<END
provider_installation {
  dev_overrides { "hoophq/hoop" = "$directory/bin" }
  direct {}
}
END
export BENCH_PROVIDER=$provider BENCH_FIGURES=$directory/figures
export TF_CLI_CONFIG_FILE=$directory/cli.tfrc TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
# The provider logs each of its requests.
export TF_LOG_PROVIDER=DEBUG TF_LOG_PATH=$directory/requests

agent=$(curl -fsS -H "Authorization: Bearer $HOOP_APIKEY" "$HOOP_APIURL/agents" |
  sed -E 's/^\[\{([^}]*,)?"id":"([^"]*)".*/\2/')

configure() {
  cat >"$directory/main.tf" <<END
terraform {
  required_providers {
    hoop = { source = "hoophq/hoop" }
  }
}

resource "hoop_connection" "it" {
  count    = $1
  name     = "bench-\${count.index}"
  type     = "database"
  subtype  = "postgres"
  agent_id = "$agent"
  secrets = {
    "envvar:HOST" = "db-\${count.index}.example.com"
    "envvar:PORT" = "5432"
    "envvar:USER" = "app"
    "envvar:PASS" = "secret-\${count.index}"
    "envvar:DB"   = "app"
  }
}

resource "hoop_plugin_connection" "it" {
  count         = $1
  plugin_name   = "slack"
  connection_id = hoop_connection.it[count.index].id
  config        = ["channel-\${count.index}"]
}
END
}

# Runs Terraform, and prints what it took.
measure() {
  local name=$1 begun ended
  shift
  rm -f "$directory/requests" "$directory/figures"/*
  begun=${EPOCHREALTIME/./}
  "$terraform" -chdir="$directory" "$@" -no-color >"$directory/log" 2>&1 || {
    tail -n 30 "$directory/log"
    exit 1
  }
  ended=${EPOCHREALTIME/./}
  cat "$directory/figures"/* | awk -v name="$name" -v wall="$((ended - begun))" \
    -v requests="$(grep -cE '(GET|POST|PUT|PATCH|DELETE) [^ ]+: [0-9a-z ]+ in [0-9]+ ms' "$directory/requests")" '
    function seconds(time) { split(time, part, /[ms]/); return part[1] * 60 + part[2] }
    NF == 1 && $1 > peak { peak = $1 }
    NF == 2 && ++line % 2 == 0 { cpu += seconds($1) + seconds($2) }
    END { printf "%-36s %8.1f %10d %8.2f %8.1f\n", name, wall / 1e6, requests, cpu, peak * 1024 / 1e6 }'
}

echo "$("$terraform" version | head -n 1), load average $(cut -d ' ' -f 1-3 /proc/loadavg), $provider"
printf '%-36s %8s %10s %8s %8s\n' '' 'wall, s' requests 'CPU, s' MB
for count in "$@"; do
  configure "$count"
  applied=yes
  measure "$count + $count: apply" apply -auto-approve
  measure "$count + $count: plan" plan -detailed-exitcode
  measure "$count + $count: plan again" plan -detailed-exitcode
  measure "$count + $count: plan -refresh=false" plan -detailed-exitcode -refresh=false
  measure "$count + $count: destroy" destroy -auto-approve
  applied=
done

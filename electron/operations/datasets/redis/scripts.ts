import { flush } from '../../flush.ts'

/** Exit codes of the scripts, apart from those of the programs in them. */
export const REDIS_EXIT = { missing: 61, notSaved: 62, differs: 63, corrupt: 64, doesNotLoad: 66 } as const

/** Where the backup set is mounted in the throw-away container. */
export const BACKUP_MOUNT = '/slipway-backup'

/** Where the server keeps its data, and how. */
const REPORT_SETTINGS = `directory=$(setting dir)
file=$(setting dbfilename)
report directory "$directory"
report file "$file"
report append-only "$(setting appendonly)"
report append-file "$(setting appendfilename)"
report append-directory "$(setting appenddirname)"
report server "$(info server | sed -n -e 's/^\\(redis\\|valkey\\)_version://p' | tail -n 1)"
report modules "$(ask MODULE LIST | sed -n -e '/^path$/{n;p;}' | tr '\\n' ' ')"
`

/** Within the server's container: bytes in memory, and keys of each database. */
export const MEASURE = `${REPORT_SETTINGS}
report bytes "$(info memory | field used_memory_dataset)"
info keyspace | sed -n -e 's/^\\(db[0-9]*\\):keys=\\([0-9]*\\),.*/slipway\\trows\\t{"table":"\\1","rows":\\2}/p' >&2
`

/**
 * Within the server's container: has the server save, waits until it has, and hands the file to standard output. The
 * time of the last save has whole seconds, so a save must not be begun within the second of the one before.
 */
export const SAVE = `${REPORT_SETTINGS}
busy() { info persistence | grep -qE '^(rdb_bgsave_in_progress|aof_rewrite_in_progress|aof_rewrite_scheduled|loading):1'; }
while busy; do sleep 0.2; done
before=$(ask LASTSAVE)
while [ "$(date +%s)" -le "$before" ]; do sleep 0.2; done
ask BGSAVE SCHEDULE >&2
failed=0
while [ "$(ask LASTSAVE)" = "$before" ]; do
  if ! busy && info persistence | grep -q '^rdb_last_bgsave_status:err'; then
    failed=$((failed + 1))
    [ $failed -lt 10 ] || exit ${REDIS_EXIT.notSaved}
  fi
  sleep 0.2
done
[ -s "$directory/$file" ] || exit ${REDIS_EXIT.missing}
cat "$directory/$file"
`

/**
 * `load FOLDER FILE MODULES …OPTIONS`, in a throw-away container: starts a server of the image on a copy, waits until it
 * has loaded it, and leaves it running as `$server`.
 */
const LOAD = `client=redis-cli; command -v redis-cli >/dev/null || client=valkey-cli
program=redis-server; command -v redis-server >/dev/null || program=valkey-server
socket=/slipway.sock
ask() { "$client" -s "$socket" "$@"; }
load() {
  folder=$1 file=$2 modules=$3; shift 3
  for module in $modules; do set -- "$@" --loadmodule "$module"; done
  cd "$folder"
  "$program" --port 0 --unixsocket "$socket" --dir "$folder" --dbfilename "$file" --save '' --appendonly no --loglevel notice "$@" > /slipway.log 2>&1 &
  server=$!
  until [ "$(ask PING 2>/dev/null)" = PONG ]; do
    kill -0 $server 2>/dev/null || { tail -n 20 /slipway.log >&2; exit ${REDIS_EXIT.doesNotLoad}; }
    sleep 0.1
  done
}
count_loaded() {
  ask INFO keyspace | tr -d '\\r' | sed -n -e 's/^\\(db[0-9]*\\):keys=\\([0-9]*\\),.*/copy\\t{"table":"\\1","rows":\\2}/p'
}
`

/**
 * `FILE MODULES`, in a throw-away container: has the file checked, and loaded by a server. Keys that expire may be fewer
 * by then, and nothing else may.
 */
export const PROVE_SCRIPT = `set -eu
export LC_ALL=C
file=$1 modules=$2
${LOAD}
check() { command -v redis-check-rdb >/dev/null && redis-check-rdb "$1" || valkey-check-rdb "$1"; }
check "${BACKUP_MOUNT}/$file" > /slipway-check 2>&1 || { tail -n 5 /slipway-check >&2; exit ${REDIS_EXIT.corrupt}; }
keys=$(sed -n -e 's/^\\[info\\] \\([0-9]*\\) keys read$/\\1/p' /slipway-check)
expiring=$(sed -n -e 's/^\\[info\\] \\([0-9]*\\) expires$/\\1/p' /slipway-check)
load ${BACKUP_MOUNT} "$file" "$modules"
count_loaded
loaded=$(ask INFO keyspace | tr -d '\\r' | sed -n -e 's/^db[0-9]*:keys=\\([0-9]*\\),.*/\\1/p' | { sum=0; while read -r n; do sum=$((sum + n)); done; echo $sum; })
ask SHUTDOWN NOSAVE >/dev/null 2>&1 || :
printf 'keys\\t%s\\nexpiring\\t%s\\n' "$keys" "$expiring"
if [ "$loaded" -gt "$keys" ] || [ "$loaded" -lt $((keys - expiring)) ]; then
  echo "The file holds $keys keys, $expiring of them expiring; a server loads $loaded." >&2
  exit ${REDIS_EXIT.corrupt}
fi
`

/** `FILE SHA256` */
export const VERIFY_SCRIPT = `set -eu
copy=${BACKUP_MOUNT}/$1
[ -f "$copy" ] || exit ${REDIS_EXIT.missing}
[ "$(sha256sum < "$copy" | cut -c 1-64)" = "$2" ] || exit ${REDIS_EXIT.differs}
`

/**
 * `FILE SHA256 FRESH PRESENT DBFILENAME MODULES APPENDONLY APPENDFILENAME APPENDDIRNAME`, in a throw-away container: makes
 * the folder FRESH as the server would have left it, with an append-only file where it writes one: it would look at
 * nothing else. What else is in PRESENT (users, certificates) comes along.
 */
export const RESTORE_SCRIPT = `set -eu
export LC_ALL=C
copy=${BACKUP_MOUNT}/$1 sha256=$2 fresh=$3 present=$4 name=$5 modules=$6 append=$7 append_file=$8 append_folder=$9
[ -f "$copy" ] || exit ${REDIS_EXIT.missing}
[ "$(sha256sum < "$copy" | cut -c 1-64)" = "$sha256" ] || exit ${REDIS_EXIT.differs}
rm -rf -- "$fresh"
mkdir -p "$fresh"
if [ -d "$present" ]; then
  cd "$present"
  for entry in * .[!.]*; do
    [ -e "$entry" ] || continue
    case $entry in "$name"|"$append_file"|"$append_folder"|temp-*) continue ;; esac
    cp -a -- "$entry" "$fresh/"
  done
fi
cp -- "$copy" "$fresh/$name"
${LOAD}
[ -z "$append_folder" ] || set -- --appenddirname "$append_folder"
[ -n "$append_folder" ] || set --
[ -z "$append_file" ] || set -- "$@" --appendfilename "$append_file"
load "$fresh" "$name" "$modules" "$@"
count_loaded
if [ "$append" = yes ]; then
  [ "$(ask CONFIG SET appendonly yes)" = OK ] || exit ${REDIS_EXIT.doesNotLoad}
  while ask INFO persistence | grep -qE '^aof_rewrite_(in_progress|scheduled):1'; do sleep 0.2; done
  ask INFO persistence | grep -q '^aof_last_bgrewrite_status:ok' || exit ${REDIS_EXIT.doesNotLoad}
fi
ask SHUTDOWN NOSAVE >/dev/null 2>&1 || :
wait $server || :
if [ -d "$present" ]; then
  chown -R "$(stat -c %u:%g "$present")" "$fresh"
  chmod "$(stat -c %a "$present")" "$fresh"
fi
${flush('"$fresh"')}
`

import { flush } from '../../flush.ts'

/**
 * The scripts that run beside a database, in a throw-away container. They use only what both GNU and BusyBox
 * have, take everything that varies as an argument, and print one `key<TAB>value` a line.
 */

/** Exit codes of the scripts, apart from those of the programs in them. */
export const SCRIPT_EXIT = { missingSource: 61, emptySource: 62, corrupt: 63, copyDiffers: 64 } as const

/** Where the backup set is mounted in the container. */
export const BACKUP_MOUNT = '/slipway-backup'

/**
 * `count_rows KEY DATABASE` prints the rows of each table under KEY. `$count` yields one statement for each table, which
 * counts its rows; virtual tables may need code that only the product has. Here and below no stage is piped into the
 * next, so that none can fail unheard.
 */
const ASK = `ask() { sqlite3 -batch -bail -cmd '.timeout 20000' "$@"; }
work=/slipway-work
mkdir -p "$work"
count=$(cat <<'SQL'
SELECT printf('SELECT json_object(''table'', %Q, ''rows'', count(*)) FROM "%w";', name, name)
  FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'
  AND upper(substr(ltrim(sql), 1, 14)) <> 'CREATE VIRTUAL' ORDER BY name;
SQL
)
count_rows() {
  key=$1; shift
  ask "$@" "$count" > "$work/statements"
  ask "$@" < "$work/statements" > "$work/rows"
  sed -e "s/^/$key\\t/" "$work/rows"
}
is_sound() {
  check=$(ask "$1" 'PRAGMA integrity_check(1)') || check="$check exit code $?"
  printf 'integrity\\t%s\\n' "$check"
  [ "$check" = ok ]
}
sum_of() {
  sum=$(sha256sum < "$1") || return 1
  printf '%s' "\${sum%% *}"
}`

/**
 * `backup SOURCE NAME QUERY UID GID`: an online copy of SOURCE at BACKUP_MOUNT/NAME. One read transaction covers
 * the count of the source's rows and the copy, so that both speak of the same moment while writers go on.
 */
export const BACKUP_SCRIPT = `set -eu
source=$1 partial=${BACKUP_MOUNT}/$2.partial query=$3 owner=$4
${ASK}
[ -f "$source" ] || exit ${SCRIPT_EXIT.missingSource}
[ -s "$source" ] || exit ${SCRIPT_EXIT.emptySource}
tool=$(sqlite3 --version)
printf 'tool\\tsqlite3 %s\\n' "\${tool%% *}"
rm -f "$partial" "$partial-wal" "$partial-shm" "$partial-journal"
ask "$source" "$count" > "$work/statements"
printf 'PRAGMA query_only = 1;\\nBEGIN;\\nSELECT count(*) FROM sqlite_schema WHERE 0;\\n' > "$work/copy"
cat "$work/statements" >> "$work/copy"
printf '.backup main %s\\nCOMMIT;\\n' "$partial" >> "$work/copy"
ask "$source" < "$work/copy" > "$work/rows"
sed -e 1d -e 's/^/source\\t/' "$work/rows"
is_sound "$partial" || exit ${SCRIPT_EXIT.corrupt}
count_rows copy "$partial"
# The table that it asks may not be there yet.
if [ -n "$query" ] && ask "$partial" "$query" > "$work/schema"; then
  sed -n -e '1s/^/schema\\t/p' "$work/schema"
fi
rm -f "$partial-wal" "$partial-shm"
chown "$owner" "$partial"
chmod 640 "$partial"
${flush('"$partial"')}
sha256=$(sum_of "$partial")
printf 'sha256\\t%s\\n' "$sha256"
printf 'size\\t%s\\n' "$(stat -c %s "$partial")"
`

/** `schema SOURCE QUERY`: one value out of a database; none where the table that is asked is not there yet. */
export const QUERY_SCRIPT = `set -eu
${ASK}
[ -f "$1" ] || exit ${SCRIPT_EXIT.missingSource}
if ! ask -cmd 'PRAGMA query_only = 1' "$1" "$2" > "$work/schema" 2> "$work/error"; then
  cat "$work/error" >&2
  grep -q 'no such table' "$work/error" || exit 1
fi
sed -n -e '1s/^/schema\\t/p' "$work/schema"
`

/**
 * `restore NAME TARGET SHA256 SUFFIX`: puts BACKUP_MOUNT/NAME beside TARGET as TARGET.SUFFIX.new, proven, with TARGET's
 * owner and mode. TARGET is not touched.
 */
export const RESTORE_SCRIPT = `set -eu
copy=${BACKUP_MOUNT}/$1 target=$2 sha256=$3 aside=$2.$4 fresh=$2.$4.new
${ASK}
[ -f "$copy" ] || exit ${SCRIPT_EXIT.missingSource}
rm -f "$fresh" "$fresh-wal" "$fresh-shm"
cp "$copy" "$fresh"
[ "$(sum_of "$fresh")" = "$sha256" ] || { rm -f "$fresh"; exit ${SCRIPT_EXIT.copyDiffers}; }
is_sound "$fresh" || { rm -f "$fresh"; exit ${SCRIPT_EXIT.corrupt}; }
count_rows copy "$fresh"
rm -f "$fresh-wal" "$fresh-shm"
model=$target
[ -e "$model" ] || model=$aside
[ -e "$model" ] || model=$(dirname "$target")
chown "$(stat -c %u:%g "$model")" "$fresh"
[ -d "$model" ] || chmod "$(stat -c %a "$model")" "$fresh"
${flush('"$fresh"')}
`

/**
 * `swap TARGET SUFFIX`: puts TARGET.SUFFIX.new in the place of TARGET, whose users are stopped. What was there is kept as
 * TARGET.SUFFIX with its -wal and -shm, which would otherwise be replayed into the restored file.
 */
export const SWAP_SCRIPT = `set -eu
target=$1 aside=$1.$2 fresh=$1.$2.new
if [ ! -e "$fresh" ]; then
  [ -e "$target" ] || exit ${SCRIPT_EXIT.missingSource}
  [ ! -e "$aside" ] || printf 'aside\\t%s\\n' "$aside"
  exit 0
fi
if [ -e "$target" ] && [ ! -e "$aside" ]; then ln "$target" "$aside"; fi
[ ! -e "$aside" ] || printf 'aside\\t%s\\n' "$aside"
for part in -wal -shm -journal; do
  [ -e "$target$part" ] || continue
  if [ -e "$aside$part" ]; then rm -f "$target$part"; else mv -f "$target$part" "$aside$part"; fi
done
mv -f "$fresh" "$target"
${flush('"$target"')}
`

/** `verify NAME SHA256` */
export const VERIFY_SCRIPT = `set -eu
copy=${BACKUP_MOUNT}/$1
${ASK}
[ -f "$copy" ] || exit ${SCRIPT_EXIT.missingSource}
[ "$(sum_of "$copy")" = "$2" ] || exit ${SCRIPT_EXIT.copyDiffers}
is_sound "file:$copy?immutable=1" || exit ${SCRIPT_EXIT.corrupt}
`

/** `discard FILE`: a database with what belongs to it. */
export const DISCARD_SCRIPT = `set -eu
rm -f "$1" "$1-wal" "$1-shm" "$1-journal"
`

/** `measure-kept FILE`: the same, in bytes; nothing where it is gone. */
export const MEASURE_KEPT_SCRIPT = `set -eu
[ -e "$1" ] || exit 0
size=0
for part in "$1" "$1-wal" "$1-shm" "$1-journal"; do
  [ -e "$part" ] || continue
  bytes=$(stat -c %s "$part")
  size=$((size + bytes))
done
printf 'size\\t%s\\n' "$size"
`

/** `count SOURCE`: rows of each table as they are now. */
export const COUNT_SCRIPT = `set -eu
${ASK}
[ -f "$1" ] || exit ${SCRIPT_EXIT.missingSource}
count_rows copy -cmd 'PRAGMA query_only = 1' "$1"
`

/** `measure SOURCE`: bytes of a database with what is not yet written back into it. */
export const MEASURE_SCRIPT = `set -eu
[ -f "$1" ] || exit ${SCRIPT_EXIT.missingSource}
[ -s "$1" ] || exit ${SCRIPT_EXIT.emptySource}
sqlite3 --version >/dev/null
printf 'size\\t%s\\n' "$(stat -c %s "$1")"
[ ! -e "$1-wal" ] || printf 'wal\\t%s\\n' "$(stat -c %s "$1-wal")"
`
